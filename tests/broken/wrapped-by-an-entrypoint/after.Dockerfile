FROM busybox AS company-base
ENTRYPOINT ["echo", "wrapped:"]
FROM company-base
CMD ["echo", "hello"]
