FROM busybox
COPY --from=debian:bookworm-slim /usr/share/zoneinfo/Europe/Berlin /usr/share/zoneinfo/Europe/Berlin
ENV TZ=Europe/Berlin
CMD ["date"]
