const ms = require("ms");

exports.crossing = () => `across in ${ms(ms("25m"), { long: true })}`;
