FROM busybox
HEALTHCHECK CMD probe localhost
CMD ["sleep", "60"]
