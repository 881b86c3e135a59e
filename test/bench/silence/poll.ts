/** A thread that asks a probe again and again over one connection, and reports how long each answer took. */

import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const { port } = workerData as { readonly port: number }
const PAUSE_MS = 5
const REQUEST = 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n'

let times: number[] = []
let isEnding = false
let askedAt = 0
const socket = connect(port, '127.0.0.1', ask)
socket.setNoDelay(true)
socket.on('data', () => {
  times.push(performance.now() - askedAt)
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
  socket.write(REQUEST)
}

/** `begin` forgets what was measured; `end` reports it, with the answer that is still awaited. */
parentPort?.on('message', (word: 'begin' | 'end') => {
  isEnding = word === 'end'
  if (!isEnding) times = []
})
