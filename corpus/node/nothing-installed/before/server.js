const fs = require('fs')
const http = require('http')

http
  .createServer((request, response) => {
    fs.appendFileSync('log/requests', `${request.url}\n`)
    response.end('pong\n')
  })
  .listen(9999)
