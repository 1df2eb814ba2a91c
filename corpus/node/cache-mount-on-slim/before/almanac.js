const dayjs = require('dayjs')

console.log(dayjs('2024-02-28').add(1, 'day').format('D MMMM'), require('./built.json').dayjs)
