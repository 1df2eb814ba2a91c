const http = require("http");
const serve = require("sirv")("public");

http.createServer((request, response) => serve(request, response)).listen(3000);
