FROM busybox AS build
RUN --mount=type=cache,target=/app/out echo "echo hello" > /app/out/app
FROM busybox
COPY --from=build /app /app
CMD ["sh", "/app/out/app"]
