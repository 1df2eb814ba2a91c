FROM busybox
ENV GREETING=hello
CMD ["sh", "-c", "echo $GREETING"]
