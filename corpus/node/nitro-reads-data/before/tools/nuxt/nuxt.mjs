#!/usr/bin/env node
// A framework in small: its build makes a server that is complete, as Nitro's is.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

mkdirSync('.output/server', { recursive: true });
mkdirSync('.output/public', { recursive: true });
writeFileSync('.output/public/page.html', readFileSync('app.vue', 'utf8').replace(/<\/?template>/g, ''));
writeFileSync('.output/server/index.mjs', readFileSync(new URL('server.txt', import.meta.url)));
writeFileSync('.output/server/handler.mjs', readFileSync('server/api/tide.js'));
