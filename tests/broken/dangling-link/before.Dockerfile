FROM busybox
COPY page /app/releases/7/
RUN ln -s releases/7 /app/current
CMD ["cat", "/app/current/page"]
