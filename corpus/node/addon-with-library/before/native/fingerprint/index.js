module.exports = require('./build/Release/fingerprint.node').fingerprint
