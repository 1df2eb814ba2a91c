const http = require("http");
const { useSyncExternalStore } = require("use-sync-external-store/shim");

http.createServer((_, response) => response.end(`${typeof useSyncExternalStore}\n`)).listen(8144);
