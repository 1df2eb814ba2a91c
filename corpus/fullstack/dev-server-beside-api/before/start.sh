#!/bin/sh
set -e
npm run dev --prefix page &
exec gunicorn --bind "0.0.0.0:$PORT" notice:app
