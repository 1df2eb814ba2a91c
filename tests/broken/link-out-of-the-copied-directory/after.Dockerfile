FROM busybox AS build
COPY tool /opt/tool/
RUN mkdir -p /usr/local/bin && ln -s /opt/tool/tool /usr/local/bin/tool
FROM busybox
COPY --from=build /usr/local/bin /usr/local/bin
CMD ["/usr/local/bin/tool"]
