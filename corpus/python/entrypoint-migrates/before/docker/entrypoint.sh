#!/bin/sh
set -e

until [ -d "${DATA:=/data}" ]; do
    echo "waiting for $DATA"
    sleep 1
done
export DATA

python migrate.py
exec "$@"
