const http = require("http");
const times = require("times");

http.createServer((request, response) => response.end(`${times.crossing()}\n`)).listen(8150);
