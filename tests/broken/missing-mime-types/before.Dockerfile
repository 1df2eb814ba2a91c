FROM busybox
COPY mime.types /etc/
CMD ["true"]
