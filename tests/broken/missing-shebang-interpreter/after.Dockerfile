FROM busybox
COPY tool /usr/local/bin/
CMD ["/usr/local/bin/tool"]
