FROM buildpack-deps:bookworm AS build
COPY main.c /src/
RUN gcc -o /src/main /src/main.c
FROM debian:bookworm-slim
COPY --from=build /src/main /usr/local/bin/
CMD ["/usr/local/bin/main"]
