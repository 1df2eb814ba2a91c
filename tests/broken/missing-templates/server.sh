exec httpd -f -p 8080 -h /app/public -c /dev/null
