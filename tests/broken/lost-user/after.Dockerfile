FROM busybox
CMD ["id"]
