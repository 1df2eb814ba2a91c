FROM busybox
CMD ["/bin/busybox", "true"]
