import { createServer } from 'node:http'
import { marked } from 'marked'

createServer(async (request, response) => {
  const text = await (await fetch('http://127.0.0.1:8000/text')).text()
  response.end(marked(text))
}).listen(3000)
