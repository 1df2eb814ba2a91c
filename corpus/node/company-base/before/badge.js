const http = require('http')
const isValid = require('utf-8-validate')

http.createServer((request, response) => response.end(`${isValid(Buffer.from(request.url))}\n`)).listen(process.env.PORT)
