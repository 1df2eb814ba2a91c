FROM busybox AS build
RUN mkdir /app && chown 1000:1000 /app
FROM busybox
COPY --from=build /app /app
USER 1000
CMD ["touch", "/app/lock"]
