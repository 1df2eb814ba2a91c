FROM busybox
WORKDIR /app
COPY start .
CMD ["./start"]
