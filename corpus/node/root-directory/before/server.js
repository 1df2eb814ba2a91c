const fs = require('fs')
const http = require('http')

const client = fs.readFileSync('dist/client.js')

http
  .createServer((request, response) => {
    response.end(request.url === '/client.js' ? client : `prices of ${process.env.PUBLIC_API_URL}\n`)
  })
  .listen(3000)
