/** A worker thread that compresses what it is sent, and sends it back. */

import { parentPort } from 'node:worker_threads'
import { createWork } from './work.ts'

const work = createWork()

parentPort?.on('message', (body: Uint8Array<ArrayBuffer>) => {
  const sent = Uint8Array.from(work(body))
  parentPort?.postMessage(sent, [sent.buffer])
})
