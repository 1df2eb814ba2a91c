exports.names = require('../node_modules/.names.json');
