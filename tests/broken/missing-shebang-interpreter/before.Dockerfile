FROM busybox
COPY run /opt/lang/bin/
COPY tool /usr/local/bin/
CMD ["/usr/local/bin/tool"]
