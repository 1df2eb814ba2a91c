const ms = require('ms');
require('node:http').createServer((request, reply) => reply.end(`${ms(90000, { long: true })}\n`)).listen(7330);
