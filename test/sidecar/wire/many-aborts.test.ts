/** 500 callers that go away at every moment of a call leave nothing behind: no connection, no call, no memory, no retry. */

import { readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { requestText } from '../../support/raw-client.ts'
import type { TcpUpstream } from '../../support/upstream.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const CALLS = 500
const WARM_UP = 100
const AT_ONCE = 20
const MAX_GROWTH_BYTES = 8 * 1024 * 1024

const HEAD = 'HTTP/1.1 200 OK\r\n'

const MOMENTS = [
  { request: requestText('POST', CHAT_PATH, [], chatBody({ stream: true })), answer: '', seen: undefined },
  {
    request: requestText('POST', CHAT_PATH, [], chatBody({ stream: true })),
    answer: `${HEAD}content-type: text/event-stream\r\n\r\ndata: {"a":1}\n\n`,
    seen: /"a"/,
  },
  {
    request: requestText('POST', CHAT_PATH, [], chatBody()),
    answer: `${HEAD}content-length: 99\r\n\r\n{"a"`,
    seen: /"a"/,
  },
  {
    request: 'POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nbegun',
    answer: '',
    seen: undefined,
  },
]

/** As many calls as `count`, abandoned at each moment in turn. Resolves when the provider has seen every close. */
async function abandon(edge: Edge, upstream: TcpUpstream, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const moment = MOMENTS[(done / AT_ONCE) % MOMENTS.length] as (typeof MOMENTS)[number]
    let closed = 0
    const arrivals: (() => void)[] = []
    const arrived = Array.from({ length: AT_ONCE }, () => new Promise<void>((resolve) => arrivals.push(resolve)))
    upstream.onHead((socket: Socket) => {
      socket.once('close', () => closed++)
      socket.write(moment.answer)
      arrivals.pop()?.()
    })
    const clients = Array.from({ length: AT_ONCE }, () => edge.connect(moment.request))
    await within('the requests', Promise.all(arrived))
    const { seen } = moment
    if (seen !== undefined) await within('the replies', Promise.all(clients.map((client) => client.until(seen))))
    for (const { socket } of clients) socket.destroy()
    await expect.poll(() => closed).toBe(AT_ONCE)
  }
}

/** Open files of this process, sockets among them; undefined where the system does not list them. */
function openFiles(): number | undefined {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

test(`${CALLS} of them`, { timeout: 60_000 }, async ({ startEdge, tcpUpstream }) => {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)
  const edge = await startEdge(tcpUpstream.url)
  await abandon(edge, tcpUpstream, WARM_UP)
  const before = { files: openFiles(), heap: heapBytes() }
  await abandon(edge, tcpUpstream, CALLS)
  const ended = (): unknown[] => edge.lines.filter(({ status }) => status === 499)
  await expect.poll(() => ended().length).toBe(WARM_UP + CALLS)
  // Every connection served one call, and none was made for a second attempt.
  expect(tcpUpstream.sockets).toHaveLength(WARM_UP + CALLS)
  await expect.poll(openFiles).toBe(before.files)
  expect(heapBytes() - before.heap).toBeLessThan(MAX_GROWTH_BYTES)
  await edge.sidecar.close()
  expect(edge.lines).toContainEqual(expect.objectContaining({ msg: 'draining', live_calls: 0 }))
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})
