FROM busybox
USER 1000
CMD ["touch", "/tmp/lock"]
