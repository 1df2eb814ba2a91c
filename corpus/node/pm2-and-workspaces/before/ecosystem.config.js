module.exports = {
  apps: [
    { name: 'till', script: 'apps/till/till.js' },
    { name: 'stock', script: 'apps/stock/stock.js', instances: 1 },
  ],
}
