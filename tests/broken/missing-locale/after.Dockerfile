FROM busybox
ENV LANG=de_DE.UTF-8
CMD ["true"]
