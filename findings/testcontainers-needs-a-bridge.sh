#!/bin/sh
# testcontainers 12.0.4 inside a container: an engine without a bridge network is "no working container runtime".
#
# Documented: with DOCKER_HOST it uses the engine that the variable names. Networks are looked at when a container asks for one.
# Seen:       where /.dockerenv exists and the engine is a Unix socket, it asks the network `bridge` for its gateway first. An
#             engine with --bridge=none answers 404, that ends the strategy, and the error names neither network nor engine:
#             the cause is in the debug log alone. TESTCONTAINERS_HOST_OVERRIDE skips the question, and all else works.
# For us:     tests start an engine without a bridge, so that no rule of a firewall stays behind, and CI runs in a container:
#             test/support/docker/engine.ts sets the override.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent testcontainers@12.0.4

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >ask.cjs <<'JS'
const fs = require('node:fs')
const { createServer } = require('node:http')
const exists = fs.existsSync
fs.existsSync = (path) => (path === '/.dockerenv' ? process.argv[2] === 'inside' : exists(path))

// The answers of dockerd 20.10 --bridge=none.
const server = createServer((req, res) => {
  const isInfo = req.url.endsWith('/info')
  res.writeHead(isInfo ? 200 : 404, { 'content-type': 'application/json' })
  res.end(JSON.stringify(isInfo ? { ServerVersion: '20.10.24', OSType: 'linux' } : { message: 'network bridge not found' }))
})
fs.rmSync('docker.sock', { force: true })
server.listen('docker.sock', async () => {
  process.env.DOCKER_HOST = `unix://${process.cwd()}/docker.sock`
  const { getContainerRuntimeClient } = require('testcontainers')
  const said = await getContainerRuntimeClient().then(({ info }) => info.containerRuntime.host, (error) => error.message)
  console.log(said)
  process.exit()
})
JS

expect 'outside a container' 'localhost' "$(node ask.cjs outside)"
expect 'inside' 'Could not find a working container runtime strategy' "$(node ask.cjs inside)"
expect 'inside, with the override' '127.0.0.1' "$(TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 node ask.cjs inside)"
echo 'as described: without a bridge network there is no runtime inside a container'
