#!/bin/sh
# Codex 0.171.0 does not hear OPENAI_BASE_URL: with the variable set it calls api.openai.com all the same, without a word.
#
# Documented: earlier versions heard it, and their guides, with those of many gateways, still say to set it.
# Seen:       nothing reaches the address of the variable. `openai_base_url` in config.toml is heard: a WebSocket is asked
#             for first, and after 426 the call is a POST.
# For us:     docs/providers.md names the setting; with the variable alone Codex passes the sidecar by, keys included.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent @openai/codex@0.171.0

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

# Prints the requests that reach the address. The proxy leads nowhere: nothing is sent to OpenAI.
cat >ask.mjs <<'JS'
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'

const seen = []
const server = createServer((req, res) => {
  seen.push(`${req.method} ${req.url}`)
  res.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}')
})
server.on('upgrade', (req, socket) => {
  seen.push(`upgrade ${req.url}`)
  socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}/v1`

const home = `${process.cwd()}/home`
mkdirSync(home, { recursive: true })
writeFileSync(`${home}/config.toml`, process.argv[2] === 'setting' ? `openai_base_url = "${url}"\n` : '')
const env = {
  ...{ PATH: process.env.PATH, HOME: home, CODEX_HOME: home, CODEX_API_KEY: 'sk-test' },
  ...{ HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' },
  ...(process.argv[2] === 'variable' && { OPENAI_BASE_URL: url }),
}
const args = ['node_modules/@openai/codex/bin/codex.js', 'exec', '--skip-git-repo-check', 'hello']
const codex = spawn(process.execPath, args, { env, stdio: 'ignore', timeout: 20_000 })
await once(codex, 'exit')
console.log([...new Set(seen)].join(', ') || 'nothing')
process.exit()
JS

expect 'the setting' 'upgrade /v1/responses, POST /v1/responses' "$(node ask.mjs setting)"
expect 'the variable' 'nothing' "$(node ask.mjs variable)"
echo 'as described: the setting is heard, the variable is not'
