const ms = require("ms");
const { bold } = require("kleur");

exports.crossing = () => `across in ${bold(ms(ms("25m"), { long: true }))}`;
