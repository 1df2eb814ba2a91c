const fs = require('fs')
const path = require('path')

const folder = process.argv[2]
const lines = fs.readdirSync(folder).sort().map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
fs.writeFileSync('schedule.txt', lines.join(''))
