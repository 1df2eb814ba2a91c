FROM busybox
RUN chmod 755 /tmp
USER 1000
CMD ["touch", "/tmp/lock"]
