/** A thread that asks a probe again and again over one connection, and reports how long each answer took. */

import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const { port, pid } = workerData as { readonly port: number; readonly pid: number }
const PAUSE_MS = 5
const REQUEST = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n'

export interface Wait {
  readonly ms: number
  /** Of it, what the sidecar's main thread was running: on a busy machine it waits for a core as well. */
  readonly busyMs: number
}

let times: Wait[] = []
let isEnding = false
let askedAt = 0
let busyBefore = 0
const socket = connect(port, '127.0.0.1', ask)
socket.setNoDelay(true)
socket.on('data', () => {
  times.push({ ms: performance.now() - askedAt, busyMs: busyMs() - busyBefore })
  if (isEnding) {
    parentPort?.postMessage(times)
    isEnding = false
    times = []
  }
  setTimeout(ask, PAUSE_MS)
})
socket.on('error', () => process.exit(1))

function ask(): void {
  askedAt = performance.now()
  busyBefore = busyMs()
  socket.write(REQUEST)
}

/** Time on a core of the main thread so far; 0 where the system does not tell. */
function busyMs(): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return 0
  }
}

/** `begin` forgets what was measured; `end` reports it, with the answer that is still awaited. */
parentPort?.on('message', (word: 'begin' | 'end') => {
  isEnding = word === 'end'
  if (!isEnding) times = []
})
