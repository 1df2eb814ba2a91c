const fs = require('node:fs');
fs.mkdirSync('/srv/site', { recursive: true });
fs.writeFileSync('/srv/site/index.html', '<h1>built</h1>');
