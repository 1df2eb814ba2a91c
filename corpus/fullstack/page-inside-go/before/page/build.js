import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { marked } from 'marked'

await mkdir('dist', { recursive: true })
await writeFile('dist/index.html', marked(await readFile('index.md', 'utf8')))
