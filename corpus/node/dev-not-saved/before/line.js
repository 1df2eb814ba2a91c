const http = require("http");
const ms = require("ms");
const { lru } = require("tiny-lru");

const melting = lru(3).set("at", ms("9 days"));
http.createServer((_, response) => response.end(`${melting.get("at")}\n`)).listen(8146);
