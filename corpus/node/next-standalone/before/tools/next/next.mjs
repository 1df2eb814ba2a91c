#!/usr/bin/env node
// A framework in small: it makes what the real one makes with `output: 'standalone'`.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const page = readFileSync('pages/index.html', 'utf8');
mkdirSync('.next/static', { recursive: true });
mkdirSync('.next/standalone/.next', { recursive: true });
mkdirSync('.next/standalone/node_modules', { recursive: true });
mkdirSync('.next/cache', { recursive: true });
writeFileSync('.next/cache/whole', page);
writeFileSync('.next/static/app.js', 'document.title += " (ready)"\n');
writeFileSync('.next/standalone/.next/page.html', page);
writeFileSync('.next/standalone/package.json', readFileSync('package.json'));
cpSync('node_modules/ms', '.next/standalone/node_modules/ms', { recursive: true });
writeFileSync('.next/standalone/server.js', readFileSync(new URL('server.js.txt', import.meta.url)));
