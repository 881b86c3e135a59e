/** Happy eyeballs: an address that does not answer costs a quarter of a second, not the connect budget. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { test as base, expect } from 'vitest'
import { dial } from '../../../sidecar/upstream/connect/dial.ts'
import { within } from '../../support/within.ts'

/** A process that listens and accepts nothing until it is woken: once its queue is full, SYNs are dropped. */
const DEAF = `
const { createServer } = require('node:net')
const server = createServer((socket) => socket.on('error', () => {}))
server.listen({ host: '127.0.0.3', port: 0, backlog: 1 }, () => {
  process.stdout.write(server.address().port + '\\n', () => require('node:fs').readSync(0, Buffer.alloc(1)))
})`

interface Deaf {
  readonly port: number
  wake(): void
}

const test = base
  .extend('deaf', async ({ onTestFinished }): Promise<Deaf> => {
    const child: ChildProcess = spawn(process.execPath, ['-e', DEAF], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    const port = Number(line)
    const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.3').on('error', () => undefined))
    onTestFinished(() => {
      for (const filler of fillers) filler.destroy()
    })
    await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, 'connect')))
    return { port, wake: () => void child.stdin?.end('x') }
  })
  .extend('listen', ({ onTestFinished }) => async (host: string, port: number): Promise<Server> => {
    const server = createServer((socket: Socket) => socket.on('error', () => undefined)).listen(port, host)
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    return server
  })

function never(): AbortSignal {
  return new AbortController().signal
}

test('an address that is silent does not keep the next one waiting', async ({ deaf, listen }) => {
  await listen('127.0.0.4', deaf.port)
  const socket = await within('a connection', dial(['127.0.0.3', '127.0.0.4'], deaf.port, never()))
  expect(socket.remoteAddress).toBe('127.0.0.4')
  socket.destroy()
})

test('an address that is slow is not given up for one that refuses', async ({ deaf }) => {
  const dialling = dial(['127.0.0.3', '127.0.0.5'], deaf.port, never())
  deaf.wake()
  const socket = await within('a connection', dialling)
  expect(socket.remoteAddress).toBe('127.0.0.3')
  socket.destroy()
})

test('IPv6 and IPv4 take turns, and the first that answers serves', async ({ listen }) => {
  const server = await listen('::1', 0)
  const { port } = server.address() as AddressInfo
  const socket = await dial(['127.0.0.5', '127.0.0.6', '::1'], port, never())
  expect(socket.remoteAddress).toBe('::1')
  socket.destroy()
})

test('when all fail, the error is the one that tells most', async ({ listen }) => {
  const server = await listen('127.0.0.1', 0)
  const { port } = server.address() as AddressInfo
  await expect(dial(['2001:db8::1', '127.0.0.5'], port, never())).rejects.toThrow(/ECONNREFUSED/)
})

test('an abort ends every attempt', async ({ deaf }) => {
  const attempt = new AbortController()
  const dialling = dial(['127.0.0.3'], deaf.port, attempt.signal)
  attempt.abort(new Error('enough'))
  await expect(dialling).rejects.toThrow('enough')
})
