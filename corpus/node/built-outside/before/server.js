import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { lru } from 'tiny-lru'

const pages = lru(10)
const index = readFileSync('/usr/share/field-guide/index.json')

function page(name) {
  if (!pages.has(name)) pages.set(name, readFileSync(`/srv/www/${name}`))
  return pages.get(name)
}

createServer((request, response) => {
  response.end(request.url === '/index.json' ? index : page('heron.html'))
}).listen(8085)
