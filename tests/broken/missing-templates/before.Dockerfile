FROM busybox
WORKDIR /app
COPY . .
CMD ["sh", "server.sh"]
