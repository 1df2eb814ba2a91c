const express = require('express')

const app = express()
app.use(express.static('public'))
app.get('/', (request, response) => response.json({ greeting: 'hello' }))
app.listen(3000, () => console.log('listening on 3000'))
