FROM busybox
COPY start /app/
CMD ["./start"]
