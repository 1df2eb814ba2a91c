FROM busybox
CMD ["true"]
