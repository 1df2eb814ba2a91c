FROM busybox
COPY start.sh /
RUN echo 8080 > /port
CMD ["/start.sh"]
