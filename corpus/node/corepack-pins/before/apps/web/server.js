require('node:http').createServer((q, r) => r.end('every hour\n')).listen(7340);
