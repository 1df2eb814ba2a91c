exports.format = (pence) => `£${(pence / 100).toFixed(2)}`
