FROM busybox
CMD ["cat", "/data/seed"]
