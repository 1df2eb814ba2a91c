FROM busybox
COPY start.sh /
ENTRYPOINT ["/start.sh"]
