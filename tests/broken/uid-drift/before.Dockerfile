FROM busybox
RUN echo app:x:1000:1000::/:/bin/sh >> /etc/passwd && echo app:x:1000: >> /etc/group
COPY --chown=1000:1000 page /app/
USER app
CMD ["id"]
