const http = require("http");
const mri = require("mri");

const { port = 7410 } = mri(process.argv.slice(2));
http
  .createServer((request, response) => response.end(`high water at six, says ${process.env.USER}\n`))
  .listen(port);
