/** The command of a probe, run by this Node.js in the place of the image's. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { execProbe } from '../../../../src/core/inject/meshes/index.ts'

test.each([
  [200, 0],
  [503, 1],
])('an answer %i ends it with %i', async (status, code) => {
  const paths: (string | undefined)[] = []
  const server = createServer((request, response) => {
    paths.push(request.url)
    response.writeHead(status).end('state')
  })
  const port = await listen(server)
  expect(await ended(port)).toEqual([code, ''])
  expect(paths).toEqual(['/startupz'])
  server.close()
})

test('nobody at the port ends it with 1, without a stack trace', async () => {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  expect(await ended(port)).toEqual([1, ''])
})

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

async function ended(port: number): Promise<[number | null, string]> {
  const [, ...args] = execProbe(port, '/startupz').command
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return [code, errors]
}
