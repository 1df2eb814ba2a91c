#!/bin/sh
set -e
if [ -n "$MORE_PACKAGES" ]; then
    apt-get install -y --no-install-recommends $MORE_PACKAGES
fi
exec gunicorn --bind 0.0.0.0:8700 shelf:application
