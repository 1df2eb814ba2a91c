FROM busybox AS build
RUN mkdir /data && echo seed > /data/seed
FROM busybox
VOLUME /data
CMD ["cat", "/data/seed"]
