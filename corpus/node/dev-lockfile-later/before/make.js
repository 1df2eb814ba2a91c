const { writeFileSync } = require("fs");
const mkdirp = require("mkdirp");

mkdirp.sync("site");
writeFileSync("site/phases.json", JSON.stringify(["new", "waxing", "full", "waning"]));
