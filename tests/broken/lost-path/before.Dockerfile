FROM busybox
COPY greet /opt/tool/bin/
ENV PATH=/opt/tool/bin:/bin
CMD ["greet"]
