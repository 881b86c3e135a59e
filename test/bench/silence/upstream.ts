/** A model server with replies that are dear to read: `?reply=` in the path names one. */

import { createServer } from 'node:http'
import { nested } from './inputs.ts'

const MB = 1024 * 1024
const USAGE = '{"prompt_tokens":1,"completion_tokens":1}'
const CHUNK = `data: {"id":"a","model":"gpt-4o","choices":[],"usage":${USAGE}}\n\n`
const JSON_TYPE = 'application/json'

const REPLIES: Readonly<Record<string, () => readonly [type: string, pieces: readonly string[]]>> = {
  nested: () => [JSON_TYPE, [`{"a":${nested(4 * MB - 200)},"usage":${USAGE}}`]],
  flat: () => [JSON_TYPE, [`{"a":[${'1,'.repeat(2 * MB - 200)}1],"usage":${USAGE}}`]],
  chunks: () => ['text/event-stream', [...Array.from({ length: 1000 }, () => CHUNK.repeat(1000)), 'data: [DONE]\n\n']],
  event: () => ['text/event-stream', [`data: {"usage":{"a":${nested(8 * MB)}}}\n\n`, 'data: [DONE]\n\n']],
}

createServer((req, res) => {
  req.resume()
  req.once('end', () => {
    const name = new URL(req.url ?? '', 'http://x').searchParams.get('reply') ?? ''
    const [type, pieces] = REPLIES[name]?.() ?? [JSON_TYPE, [`{"usage":${USAGE}}`]]
    res.writeHead(200, { 'content-type': type })
    const write = (nth: number): void => {
      if (nth === pieces.length) res.end()
      else if (res.write(pieces[nth])) setImmediate(write, nth + 1)
      else res.once('drain', () => write(nth + 1))
    }
    write(0)
  })
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))
