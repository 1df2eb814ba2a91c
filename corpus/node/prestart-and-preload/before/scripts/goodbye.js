console.log('closed')
