/**
 * A model server that costs next to nothing: canned bytes over node:net, so that what is measured is what stands before it.
 * A request that asks for a stream gets server-sent events, one write each; any other gets one JSON reply.
 */

import { createServer, type Socket } from 'node:net'

const REPLY = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'word '.repeat(80) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 700, completion_tokens: 80, total_tokens: 780 },
})
const JSON_RESPONSE = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${REPLY.length}\r\n\r\n${REPLY}`,
)
const EVENTS = 30
const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
)
const STREAM_EVENTS = [
  ...Array.from({ length: EVENTS }, (_, i) => event({ choices: [{ index: 0, delta: { content: `word ${i} ` } }] })),
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  event({ choices: [], usage: { prompt_tokens: 700, completion_tokens: EVENTS, total_tokens: 730 } }),
  chunk('data: [DONE]\n\n'),
]
const STREAM_END = Buffer.from('0\r\n\r\n')

function event(data: object): Buffer {
  return chunk(
    `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', model: 'gpt-4o', ...data })}\n\n`,
  )
}

function chunk(text: string): Buffer {
  return Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`)
}

createServer(serve).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))

function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data])
    for (;;) {
      const head = pending.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = /content-length: *(\d+)/i.exec(pending.toString('latin1', 0, head))?.[1]
      const end = head + 4 + Number(length ?? 0)
      if (pending.length < end) return
      reply(socket, pending.subarray(head, end).includes('"stream":true'))
      pending = pending.subarray(end)
    }
  })
}

function reply(socket: Socket, isStream: boolean): void {
  if (!isStream) {
    socket.write(JSON_RESPONSE)
    return
  }
  socket.write(STREAM_HEAD)
  for (const bytes of STREAM_EVENTS) socket.write(bytes)
  socket.write(STREAM_END)
}
