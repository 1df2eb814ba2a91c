FROM busybox AS language
ENTRYPOINT ["sh", "-c", "export READY=yes; exec \"$@\"", "--"]
FROM language
CMD ["sh", "-c", "echo ready $READY"]
