const { readFileSync } = require('fs')

require('http')
  .createServer((_, answer) => answer.end(`${startedBy} ${readFileSync('schema.version')}`))
  .listen(5000)
