FROM busybox
WORKDIR /app
COPY site site
COPY data data
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/app/site"]
