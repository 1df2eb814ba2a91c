FROM busybox AS build
RUN mkdir /app && echo "<p>version $VERSION</p>" > /app/index.html
FROM busybox
ARG VERSION=7
COPY --from=build /app /app
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/app"]
