FROM busybox
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
CMD ["true"]
