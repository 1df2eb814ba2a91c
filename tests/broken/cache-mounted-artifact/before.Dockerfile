FROM busybox
RUN mkdir -p /app/out && echo "echo hello" > /app/out/app
CMD ["sh", "/app/out/app"]
