const express = require('express')

const app = express()

if (process.env.NODE_ENV !== 'production') {
  const webpack = require('webpack')
  const bundles = require('webpack-dev-middleware')
  app.use(bundles(webpack(require('./webpack.config.js')), { publicPath: '/assets/' }))
} else {
  app.use('/assets', express.static('assets'))
}
app.get('/', (request, response) => response.send('<script src="/assets/map.js"></script>'))
app.listen(8090, () => console.log('seat map on 8090'))
