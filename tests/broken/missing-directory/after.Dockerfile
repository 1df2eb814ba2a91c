FROM busybox
CMD ["touch", "/var/lib/app/lock"]
