#!/bin/sh
# @aws-sdk/client-bedrock-runtime 3.1164.0 speaks HTTP/2 to an http:// endpoint too, so no HTTP/1.1 server understands it.
#
# Documented: `requestHandler` may be set; the page of the client does not say that its default speaks HTTP/2 alone.
# Seen:       with a plain endpoint the first bytes are the preface of HTTP/2 with prior knowledge (RFC 9113, 3.3), also for
#             calls without a stream; an HTTP/1.1 server refuses it. With NodeHttpHandler the call is a POST.
# For us:     docs/providers.md tells users of Bedrock to set the handler.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent @aws-sdk/client-bedrock-runtime@3.1164.0

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

export AWS_BEARER_TOKEN_BEDROCK=test
cat >ask.mjs <<'JS'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'

const require = createRequire(import.meta.url)
const { BedrockRuntimeClient, ConverseCommand } = require('@aws-sdk/client-bedrock-runtime')
const { NodeHttpHandler } = require('@smithy/node-http-handler')

const server = createServer((socket) => {
  socket.once('data', (bytes) => {
    console.log(bytes.toString('latin1').split('\r\n', 1)[0])
    process.exit()
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const client = new BedrockRuntimeClient({
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${server.address().port}`,
  ...(process.argv[2] === 'handler' && { requestHandler: new NodeHttpHandler() }),
})
const messages = [{ role: 'user', content: [{ text: 'hello' }] }]
await client.send(new ConverseCommand({ modelId: 'model', messages }))
JS

expect 'its own handler' 'PRI * HTTP/2.0' "$(node ask.mjs)"
expect 'NodeHttpHandler' 'POST /model/model/converse HTTP/1.1' "$(node ask.mjs handler)"
echo 'as described: HTTP/2 with prior knowledge, until another handler is set'
