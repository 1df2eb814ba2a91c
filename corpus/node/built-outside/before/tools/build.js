import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { marked } from 'marked'

await mkdir('build')
await mkdir('index')
const pages = await readdir('pages')
for (const page of pages) {
  const name = page.replace(/\.md$/, '.html')
  await writeFile(`build/${name}`, marked(await readFile(`pages/${page}`, 'utf8')))
}
await writeFile('index/index.json', JSON.stringify(pages))
