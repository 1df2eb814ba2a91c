FROM busybox
COPY ca.crt /etc/ssl/certs/ca-certificates.crt
CMD ["true"]
