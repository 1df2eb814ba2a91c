#!/usr/bin/env node
// copies a file into a folder, with the day of the build on top
const fs = require("fs");
const path = require("path");
const [from, folder] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const text = fs.readFileSync(from, "utf8");
fs.writeFileSync(path.join(folder, path.basename(from)), `// stamped\n${text}`);
