FROM busybox
COPY tool /opt/tool/
RUN mkdir -p /usr/local/bin && ln -s /opt/tool/tool /usr/local/bin/tool
CMD ["/usr/local/bin/tool"]
