console.log(`next round in ${require('ms')('2h')} ms`)
