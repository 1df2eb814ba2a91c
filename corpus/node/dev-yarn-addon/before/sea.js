const http = require("http");
const { readFileSync } = require("fs");
const { height } = require("swell");

http
  .createServer((_, response) => response.end(`${height()} m, ${readFileSync("prepared.txt", "utf8")}`))
  .listen(8147);
