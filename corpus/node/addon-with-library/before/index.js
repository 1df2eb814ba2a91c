const http = require('node:http')
const fingerprint = require('fingerprint')

http.createServer((request, response) => response.end(`${fingerprint(request.url)}\n`)).listen(8088)
