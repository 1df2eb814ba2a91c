const path = require('node:path')

module.exports = {
  entry: './client/index.js',
  output: { path: path.resolve(__dirname, 'assets'), filename: 'map.js', publicPath: '/assets/' },
}
