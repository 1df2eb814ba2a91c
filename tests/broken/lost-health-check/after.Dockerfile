FROM busybox
CMD ["sleep", "60"]
