FROM busybox
RUN mkdir -p /var/lib/app
CMD ["touch", "/var/lib/app/lock"]
