/** A model server: a stream gets an event every 10 ms until its caller leaves, any other call a short reply. */

import { createServer } from 'node:http'
import { runFirst } from './first.ts'

const TICK_MS = 10
const REPLY =
  '{"id":"a","object":"chat.completion","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}'
const EVENT =
  'data: {"id":"a","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
/** A stream is asked for in the first bytes of its body. */
const IS_STREAM = '"stream":true'

runFirst()
createServer((req, res) => {
  let isStream = false
  req.once('data', (first: Buffer) => {
    isStream = first.includes(IS_STREAM)
  })
  req.on('data', () => {})
  req.once('end', () => {
    if (!isStream) {
      res.writeHead(200, { 'content-type': 'application/json' }).end(REPLY)
      return
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => res.write(EVENT), TICK_MS)
    res.once('close', () => clearInterval(timer))
  })
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))
