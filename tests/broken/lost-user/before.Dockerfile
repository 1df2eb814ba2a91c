FROM busybox
USER 1000
CMD ["id"]
