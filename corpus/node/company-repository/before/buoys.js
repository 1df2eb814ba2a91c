const { execFile } = require("child_process");
const http = require("http");
const mri = require("mri");

const { port = 7414 } = mri(process.argv.slice(2));
http
  .createServer((request, response) => execFile("buoyctl", ["list"], (error, out) => response.end(out)))
  .listen(port);
