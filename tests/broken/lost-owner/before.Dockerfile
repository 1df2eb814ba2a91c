FROM busybox
RUN mkdir /app && chown 1000:1000 /app
USER 1000
CMD ["touch", "/app/lock"]
