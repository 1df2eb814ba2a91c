import { readFileSync } from 'node:fs'

export default () => readFileSync('data/tide.txt', 'utf8')
