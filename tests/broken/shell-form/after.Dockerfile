FROM busybox
ENV GREETING=hello
CMD ["echo", "$GREETING"]
