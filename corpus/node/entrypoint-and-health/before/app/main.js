const fs = require('fs')
const http = require('http')
const path = require('path')
const Mustache = require('mustache')

const settings = JSON.parse(fs.readFileSync(process.env.SETTINGS, 'utf8'))
const page = fs.readFileSync(path.join(__dirname, 'views', 'page.mustache'), 'utf8')
const log = path.join(process.env.DATA, 'visits.log')

http
  .createServer((request, response) => {
    fs.appendFileSync(log, `${request.url}\n`)
    const visits = fs.readFileSync(log, 'utf8').split('\n').filter((line) => line === request.url).length
    response.end(request.url === '/count' ? `${visits > 0}\n` : Mustache.render(page, settings))
  })
  .listen(9000, () => console.log('ready'))
