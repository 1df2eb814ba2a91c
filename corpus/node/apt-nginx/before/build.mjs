import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import ms from 'ms';

mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.html', readFileSync('src/index.html', 'utf8').replace('{period}', ms(ms('10s'))));
