FROM busybox
WORKDIR /app
COPY server.sh before.Dockerfile after.Dockerfile break.toml ./
CMD ["sh", "server.sh"]
