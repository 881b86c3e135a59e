/**
 * `node test/bench/aborts/main.ts [RUNS]`: how long the provider's connection outlives a caller that goes away, at each
 * moment of a call. The sidecar is a process of its own. Prints a row a moment (500 runs each); asserts nothing.
 */

import { createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { rawClient, requestText } from '../../support/raw-client.ts'
import { quantile } from '../load.ts'
import { freePort } from '../servers/contender.ts'
import { startSidecar } from '../servers/start.ts'
import { table } from '../table.ts'

interface Moment {
  readonly name: string
  readonly request: string
  /** What the provider sends once the request's head is in. */
  readonly answer: string
  /** What the caller has read when it goes away. */
  readonly seen: RegExp | undefined
}

const RUNS = Number(process.argv[2] ?? 500)
const CHAT = '/v1/chat/completions'
const HEAD = 'HTTP/1.1 200 OK\r\n'

const MOMENTS: readonly Moment[] = [
  { name: 'before the first byte', request: chat(true), answer: '', seen: undefined },
  {
    name: 'in a stream',
    request: chat(true),
    answer: `${HEAD}content-type: text/event-stream\r\n\r\ndata: {"a":1}\n\n`,
    seen: /"a"/,
  },
  { name: 'in a whole reply', request: chat(false), answer: `${HEAD}content-length: 99\r\n\r\n{"a"`, seen: /"a"/ },
  {
    name: 'in an upload',
    request: 'POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nbegun',
    answer: '',
    seen: undefined,
  },
]

let onHead: (socket: Socket) => void = () => undefined
const provider = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.once('data', () => onHead(socket))
})
const providerPort = await freePort()
provider.listen(providerPort, '127.0.0.1')
const sidecar = await startSidecar({ name: 'sidecar', mode: 'Enforce', upstreamPort: providerPort, root: '.' })
const rows: string[][] = []
for (const moment of MOMENTS) {
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) times.push(await abort(moment))
  times.sort((a, b) => a - b)
  rows.push([moment.name, ...[0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(2))])
}
console.log(table(['the caller goes away', 'p50 ms', 'p99 ms', 'longest ms'], rows))
await sidecar.stop()
provider.close()

/** @returns milliseconds from the caller's leaving to the close that the provider sees */
async function abort({ request, answer, seen }: Moment): Promise<number> {
  const arrived = new Promise<Socket>((resolve) => {
    onHead = (socket) => {
      socket.write(answer)
      resolve(socket)
    }
  })
  const client = rawClient(sidecar.port, request)
  const socket = await arrived
  if (seen !== undefined) await client.until(seen)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const begun = performance.now()
  client.socket.destroy()
  await closed
  const ms = performance.now() - begun
  // The next run begins on an idle process.
  await pause(1)
  return ms
}

function chat(stream: boolean): string {
  return requestText('POST', CHAT, [], JSON.stringify({ model: 'gpt-4o', stream, messages: [] }))
}
