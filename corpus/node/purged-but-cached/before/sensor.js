const { mask } = require('bufferutil')

const reading = Buffer.from('21.5')
mask(reading, Buffer.alloc(4), reading, 0, reading.length)
console.log(`temperature ${reading}`)
