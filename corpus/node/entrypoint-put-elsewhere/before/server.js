const http = require("http");
const { readFileSync } = require("fs");
const mri = require("mri");

const { port = 7412 } = mri(process.argv.slice(2));
http.createServer((request, response) => response.end(readFileSync("coast.txt"))).listen(port);
