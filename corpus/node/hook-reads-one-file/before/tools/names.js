const fs = require('fs');
const path = require('path');

const list = path.join(__dirname, '..', 'calls', 'names.txt');
const names = fs.readFileSync(list, 'utf8').split('\n').filter(Boolean);
fs.writeFileSync('./node_modules/.names.json', JSON.stringify(names));
