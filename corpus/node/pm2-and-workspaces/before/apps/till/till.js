const { format } = require('@shop/money')

require('http').createServer((_, answer) => answer.end(format(1250))).listen(3100)
