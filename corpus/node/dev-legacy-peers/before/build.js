const { mkdirSync, copyFileSync } = require("fs");
const rimraf = require("rimraf");

rimraf.sync("out");
mkdirSync("out");
copyFileSync("lib/server.js", "out/server.js");
