import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

mkdirSync('public', { recursive: true })
const months = readdirSync('pages').map((name) => name.replace('.txt', ''))
for (const month of months) {
  const text = readFileSync(`pages/${month}.txt`, 'utf8')
  writeFileSync(`public/${month}.html`, `<!doctype html><title>${month}</title><p>${text.trim()}</p>\n`)
}
const links = months.map((month) => `<li><a href="${month}.html">${month}</a></li>`)
writeFileSync('public/index.html', `<!doctype html><title>Almanac</title><ul>${links.join('')}</ul>\n`)
