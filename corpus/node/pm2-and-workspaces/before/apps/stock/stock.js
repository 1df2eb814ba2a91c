const { format } = require('@shop/money')

require('http').createServer((_, answer) => answer.end(`stock worth ${format(99999)}`)).listen(3200)
