FROM busybox
WORKDIR /app
COPY app.sh .
CMD ["sh", "app.sh"]
