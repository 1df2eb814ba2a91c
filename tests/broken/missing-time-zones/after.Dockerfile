FROM busybox
ENV TZ=Europe/Berlin
CMD ["date"]
