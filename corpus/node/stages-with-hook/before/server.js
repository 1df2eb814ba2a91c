const fs = require('fs')
const http = require('http')

http.createServer((request, response) => response.end(fs.readFileSync('schedule.txt'))).listen(process.env.PORT)
