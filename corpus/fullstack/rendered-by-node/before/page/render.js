import { readFile } from 'node:fs/promises'
import { marked } from 'marked'

console.log(marked(await readFile(new URL('index.md', import.meta.url), 'utf8')))
