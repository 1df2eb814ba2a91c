FROM busybox
WORKDIR /app
COPY app.sh .
COPY migrations migrations
CMD ["sh", "app.sh"]
