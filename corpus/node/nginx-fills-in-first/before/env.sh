#!/bin/sh
echo "window.STATION = '${STATION:-Harwich}'" > dist/station.js
