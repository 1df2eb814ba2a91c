FROM busybox
LABEL traefik.enable=true
CMD ["true"]
