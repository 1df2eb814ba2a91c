require('node:http').createServer((q, r) => r.end(require('node:fs').readFileSync('/srv/site/index.html'))).listen(3000);
