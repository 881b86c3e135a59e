#!/bin/sh
# ollama (npm) 0.6.4 writes `invalid json` to the application's console for each empty line of a stream, and reads on.
#
# Documented: a stream is JSON objects, a line each. Parsers of newline-delimited JSON may pass over empty lines; this one's
#             pages do not say what it does.
# Seen:       three empty lines in a stream give three warnings on stderr, with nothing after the words. The text is whole.
# For us:     a proxy that keeps such a stream alive cannot send an empty line, as it can send a comment among server-sent
#             events: the application would notice (docs/reference/streaming.md).
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent ollama@0.6.4

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >ask.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Ollama } from 'ollama'

const line = (content, done) => `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done })}\n`
const gap = process.argv[2]
const server = createServer((_, res) => {
  res.setHeader('content-type', 'application/x-ndjson')
  res.end(`${line('one ', false)}${gap}${line('two', false)}${gap}${gap}${line('', true)}`)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

let warnings = 0
console.warn = (words) => {
  if (words.trim() === 'invalid json:') warnings++
}
const ollama = new Ollama({ host: `http://127.0.0.1:${server.address().port}` })
let text = ''
for await (const part of await ollama.chat({ model: 'm', messages: [{ role: 'user', content: 'hello' }], stream: true })) {
  text += part.message.content
}
console.log(`${text}, ${warnings} warnings`)
process.exit()
JS

expect 'no empty lines' 'one two, 0 warnings' "$(node ask.mjs '')"
expect 'three empty lines' 'one two, 3 warnings' "$(node ask.mjs '
')"
echo 'as described: a warning for each empty line'
