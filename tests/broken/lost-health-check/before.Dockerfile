FROM busybox
HEALTHCHECK CMD ["true"]
CMD ["sleep", "60"]
