#!/bin/sh
set -e
# the volume belongs to whoever made it
chown -R node:node /srv/tide-table/data
exec su node -c "$*"
