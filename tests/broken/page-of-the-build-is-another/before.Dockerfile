FROM busybox
ARG VERSION=7
RUN mkdir /app && echo "<p>version $VERSION</p>" > /app/index.html
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/app"]
