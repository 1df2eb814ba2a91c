module.exports = require("./build/Release/swell.node");
