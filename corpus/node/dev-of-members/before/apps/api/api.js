const http = require("http");
const bells = require("@belfry/bells");

http
  .createServer((request, response) => response.end(`the bells ring in ${bells.next()}\n`))
  .listen(8149);
