const fs = require("fs");
const { green } = require("kleur");

fs.mkdirSync("apps/api/dist", { recursive: true });
fs.copyFileSync("apps/api/api.js", "apps/api/dist/api.js");
console.log(green("built"));
