const fs = require('fs');
const path = require('path');

const found = fs.readdirSync(path.join(__dirname, '..', 'calls')).map((name) => name.replace('.txt', ''));
fs.mkdirSync('lib', { recursive: true });
fs.writeFileSync('lib/names.js', `exports.names = ${JSON.stringify(found.sort())};\n`);
