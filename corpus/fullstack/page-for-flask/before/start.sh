#!/bin/sh
set -e
exec gunicorn --bind "0.0.0.0:$PORT" notice:app
