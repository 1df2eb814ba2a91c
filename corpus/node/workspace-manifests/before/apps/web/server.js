const { age } = require('@tally/words');
require('node:http').createServer((q, r) => r.end(`${age('3h')}\n`)).listen(7310);
