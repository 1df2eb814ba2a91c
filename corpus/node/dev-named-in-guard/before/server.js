const http = require("http");
const ms = require("ms");

if (process.env.NODE_ENV !== "production") {
  require("dotenv").config({ path: "defaults.env" });
}

const next = Number(process.env.TIDE_HOURS || 6);
http
  .createServer((request, response) => response.end(`high water in ${ms(next * 3600000, { long: true })}\n`))
  .listen(8140);
