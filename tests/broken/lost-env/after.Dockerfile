FROM busybox
CMD ["sh", "-c", "echo $GREETING"]
