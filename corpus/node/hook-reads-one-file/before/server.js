const http = require('node:http');
const ms = require('ms');
const { names } = require('./lib/names');

http
  .createServer((request, response) => response.end(`${names.join(' ')} after ${ms('2 days')}\n`))
  .listen(7300);
