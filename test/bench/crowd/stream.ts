/** A thread that reads one stream, and notes the time between its events. */

import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { runFirst } from './first.ts'

const { port, pid } = workerData as { readonly port: number; readonly pid: number }
const BODY = '{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hello"}]}'
const HEAD = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`

export interface Gap {
  readonly ms: number
  /** Of it, what the proxy's main thread was running. */
  readonly busyMs: number
}

const gaps: Gap[] = []
runFirst()
let last: { readonly at: number; readonly busy: number } | undefined
const socket = connect(port, '127.0.0.1', () => socket.write(HEAD + BODY))
socket.setNoDelay(true)
socket.on('data', (data) => {
  if (!data.includes('data: ')) return
  const now = { at: performance.now(), busy: busyMs() }
  if (last === undefined) parentPort?.postMessage('open')
  else gaps.push({ ms: now.at - last.at, busyMs: now.busy - last.busy })
  last = now
})
socket.on('error', () => process.exit(1))
parentPort?.on('message', () => {
  socket.destroy()
  parentPort?.postMessage(gaps)
})

/** Time on a core of the main thread so far; 0 where the system does not tell. */
function busyMs(): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return 0
  }
}
