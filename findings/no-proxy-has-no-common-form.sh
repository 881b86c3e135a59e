#!/bin/sh
# NO_PROXY: undici 8.12.4, axios 1.21.1, requests 2.34.2, httpx 0.28.1 and aiohttp 3.14.5 read one value in different ways.
#
# Documented: each says that it hears NO_PROXY, a list of hosts. There is no standard, and few pages name the forms they take.
# Seen:       the table at the end. A name alone, in a list with commas, exempts that name in all five. Of ranges, leading dots,
#             `*.`, ports, white space, a star in a list, and names below a name, none is read alike by all.
# For us:     the sidecar's own reading is stated form by form (docs/operations.md). Which calls of an
#             application reach it, and not the environment's proxy, is up to the application's client: each host by name.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent undici@8.12.4 axios@1.21.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted:\n%s\n  seen:\n%s\n' "$1" "$2" "$3" >&2; exit 1; }
}

# One call. How it ends does not matter, only whether the proxy hears of it.
cat >ask.mjs <<'JS'
import axios from 'axios'
import { EnvHttpProxyAgent, request } from 'undici'

const [, , client, url] = process.argv
const call = client === 'axios' ? axios.get(url) : request(url, { dispatcher: new EnvHttpProxyAgent() })
await call.catch(() => {})
process.exit()
JS
cat >ask.py <<'PY'
import asyncio, sys

client, url = sys.argv[1:]


async def aio():
    import aiohttp

    async with aiohttp.ClientSession(trust_env=True) as session:
        await session.get(url)


try:
    if client == "aiohttp":
        asyncio.run(aio())
    else:
        __import__(client).get(url)
except Exception:
    pass
PY

# Names under .test lead nowhere (RFC 6761), and nothing listens at the address: only the proxy is ever reached.
cat >table.mjs <<'JS'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'

const commands = {
  undici: [process.execPath, 'ask.mjs'],
  axios: [process.execPath, 'ask.mjs'],
  requests: ['venv/bin/python', 'ask.py'],
  httpx: ['venv/bin/python', 'ask.py'],
  aiohttp: ['venv/bin/python', 'ask.py'],
}
const cases = [
  ['x.test,a.test', 'a.test'],
  ['x.test a.test', 'a.test'],
  ['a.test', 'b.a.test'],
  ['.a.test', 'a.test'],
  ['*.a.test', 'b.a.test'],
  ['a.test:9', 'a.test'],
  ['127.0.0.0/8', '127.0.0.1'],
  ['*,x.test', 'a.test'],
]

const heard = new Set()
const proxy = createServer((req, res) => {
  heard.add(req.url)
  res.end()
})
// For clients that make a tunnel also to an http URL.
proxy.on('connect', (req, socket) => {
  heard.add(req.url)
  socket.on('error', () => {}).end('HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n')
})
proxy.listen(0, '127.0.0.1')
await once(proxy, 'listening')
const http_proxy = `http://127.0.0.1:${proxy.address().port}`

async function way(client, no_proxy, host) {
  heard.clear()
  const [command, script] = commands[client]
  const env = { PATH: process.env.PATH, http_proxy, HTTP_PROXY: http_proxy, no_proxy, NO_PROXY: no_proxy }
  const call = spawn(command, [script, client, `http://${host}:9/`], { env, stdio: 'ignore', timeout: 10_000 })
  const [code] = await once(call, 'exit')
  if (code !== 0) throw new Error(`${client} ended with ${code}`)
  return heard.size > 0 ? 'proxy' : 'direct'
}

for (const [noProxy, host] of cases) {
  const ways = []
  for (const client of Object.keys(commands)) ways.push(await way(client, noProxy, host))
  console.log([noProxy.padEnd(14), host.padEnd(10), ...ways.map((it) => it.padEnd(7))].join(' ').trimEnd())
}
process.exit()
JS

# NO_PROXY, host, then the way that undici, axios, requests, httpx and aiohttp take.
expect 'the ways' 'x.test,a.test  a.test     direct  direct  direct  direct  direct
x.test a.test  a.test     direct  direct  proxy   proxy   proxy
a.test         b.a.test   direct  proxy   direct  direct  direct
.a.test        a.test     direct  proxy   direct  proxy   direct
*.a.test       b.a.test   direct  direct  proxy   proxy   proxy
a.test:9       a.test     direct  direct  direct  direct  proxy
127.0.0.0/8    127.0.0.1  proxy   direct  direct  proxy   proxy
*,x.test       a.test     direct  direct  proxy   direct  proxy' "$(node table.mjs)"
echo 'as described: of eight forms one is read alike by all five'
