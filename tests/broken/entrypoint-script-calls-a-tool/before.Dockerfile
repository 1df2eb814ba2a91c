FROM busybox
COPY fill /bin/
COPY start.sh /
ENTRYPOINT ["/start.sh"]
