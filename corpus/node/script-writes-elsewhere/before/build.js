const fs = require('node:fs');
fs.mkdirSync('/srv/site', { recursive: true });
for (const page of ['index']) fs.writeFileSync(`/srv/site/${page}.html`, '<h1>built</h1>');
