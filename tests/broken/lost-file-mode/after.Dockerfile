FROM busybox AS build
COPY start.sh /
RUN chmod 644 /start.sh
FROM busybox
COPY --from=build /start.sh /start.sh
CMD ["/start.sh"]
