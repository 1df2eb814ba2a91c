const http = require("http");
const ms = require("ms");

http
  .createServer((request, response) => response.end(`high water every ${ms("12h")} ms\n`))
  .listen(8148);
