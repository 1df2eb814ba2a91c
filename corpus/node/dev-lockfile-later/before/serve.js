const http = require("http");
const ms = require("ms");
const phases = require("./site/phases.json");

const { version } = require("ms/package.json");
http.createServer((_, response) => response.end(`${phases[1]} for ${ms(637200000)}, ms ${version}\n`)).listen(8142);
