import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { lru } from "tiny-lru";

const seen = lru(12);
createServer((request, response) => {
  seen.set(request.url, readdirSync("run").join());
  response.end(`${seen.get(request.url)}\n`);
}).listen(8141);
