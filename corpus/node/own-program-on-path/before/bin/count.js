#!/usr/bin/env node
const mri = require("mri");

const { _: words, upper } = mri(process.argv.slice(2), { boolean: ["upper"] });
const text = words.join(" ");
console.log(`${words.length} words: ${upper ? text.toUpperCase() : text}`);
