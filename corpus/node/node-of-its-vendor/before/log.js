const http = require("http");
const mri = require("mri");

const { port = 7415 } = mri(process.argv.slice(2));
http.createServer((request, response) => response.end("two ships\n")).listen(port);
