FROM busybox
COPY greet /opt/tool/bin/
CMD ["greet"]
