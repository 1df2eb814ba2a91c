const ms = require("ms");

exports.next = () => ms(ms("90m"), { long: true });
