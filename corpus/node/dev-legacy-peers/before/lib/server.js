const http = require("http");
const { version } = require("react");
const { useSyncExternalStore } = require("use-sync-external-store/shim");

http.createServer((_, response) => response.end(`react ${version}, ${typeof useSyncExternalStore}\n`)).listen(8145);
