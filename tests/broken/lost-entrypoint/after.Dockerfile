FROM busybox AS language
ENTRYPOINT ["sh", "-c", "export READY=yes; exec \"$@\"", "--"]
FROM busybox
CMD ["sh", "-c", "echo ready $READY"]
