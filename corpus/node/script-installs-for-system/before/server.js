const http = require("http");
const { execFileSync } = require("child_process");
const mri = require("mri");

const { port = 7413 } = mri(process.argv.slice(2));
http.createServer((request, response) => response.end(execFileSync("python3", ["ink.py"]))).listen(port);
