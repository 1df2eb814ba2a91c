#!/bin/sh
mkdir -p /srv && echo hello > /srv/index.html
exec httpd -f -p $(cat /port 2>/dev/null || echo 9090) -h /srv
