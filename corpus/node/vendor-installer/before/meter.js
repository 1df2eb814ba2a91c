const fs = require('node:fs')
const http = require('node:http')
const ini = require('ini')

const { probe } = ini.parse(fs.readFileSync('/etc/probe.ini', 'utf8'))

http.createServer((_, answer) => answer.end(`${probe.name} every ${probe.interval} s\n`)).listen(8600)
