FROM busybox
RUN mkdir /data && echo seed > /data/seed
VOLUME /data
CMD ["cat", "/data/seed"]
