FROM busybox
EXPOSE 8080
CMD ["true"]
