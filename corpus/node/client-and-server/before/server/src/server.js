const fs = require('fs')
const http = require('http')
const path = require('path')
const mime = require('mime')

const site = path.join(__dirname, '..', 'public')
const launches = fs.readFileSync(path.join(__dirname, '..', 'data', 'launches.csv'), 'utf8')

http
  .createServer((request, response) => {
    response.setHeader('content-type', mime.getType(request.url === '/' ? 'index.html' : request.url))
    response.end(request.url === '/' ? fs.readFileSync(path.join(site, 'index.html')) : launches)
  })
  .listen(8000)
