FROM busybox
COPY start.sh /
CMD ["/start.sh"]
