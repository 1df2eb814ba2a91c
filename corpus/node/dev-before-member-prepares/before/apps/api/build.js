const fs = require("fs");
const { green } = require("kleur");

fs.mkdirSync("dist", { recursive: true });
fs.copyFileSync("api.js", "dist/api.js");
console.log(green("built"));
