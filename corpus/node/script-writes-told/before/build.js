const fs = require('fs');

const place = '/srv/site';
fs.mkdirSync(place, { recursive: true });
fs.writeFileSync('/srv/site/index.html', '<h1>built</h1>');
