import { readFile, writeFile } from 'node:fs/promises'
import { marked } from 'marked'

const out = process.env.BUILD_PATH ?? 'dist'
await writeFile(`${out}/index.html`, marked(await readFile('index.md', 'utf8')))
