const ms = require('ms');
require('node:http').createServer((q, r) => r.end(`${ms('4m')}\n`)).listen(7320);
