import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import ms from 'ms'

const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'))
const rates = readFileSync(join(process.cwd(), 'data', 'rates.csv'), 'utf8').trim().split('\n')

createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ version, rates: rates.length - 1, delivery: ms('3 days') }))
}).listen(Number(process.env.PORT ?? 3000), () => console.log(`parcels ${version} listens`))
