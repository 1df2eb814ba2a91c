const http = require("http");
const path = require("path");
const ms = require("ms");

const settings = require(path.join(__dirname, "config", "default.json"));
const store = require(settings.store).lru(10);

http
  .createServer((_, response) => {
    store.set("asked", (store.get("asked") || 0) + 1);
    response.end(`dry for ${ms(86400000 * store.get("asked"))}\n`);
  })
  .listen(settings.port);
