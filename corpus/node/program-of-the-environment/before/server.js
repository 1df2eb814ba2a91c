import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import mri from 'mri'

const { port } = mri(process.argv.slice(2), { default: { port: 7000 } })

function filtered(text) {
  const { error, stdout } = spawnSync(process.env.FILTER ?? 'cat', [], { input: text })
  if (error) throw error
  return stdout.toString()
}

createServer((request, response) => response.end(filtered(request.url))).listen(port)
