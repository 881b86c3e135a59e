#!/bin/sh
# docker-modem 5.0.7 cuts the last character off a path that has a query of its own.
#
# Documented: `dial({ path, method, ... })` takes the path of the call; the README names no rule for it.
# Seen:       a path with `?` in it is meant to end there, and options are written behind it. With no options the last character
#             goes, whatever it is: /images/get?names=app:1 asks for `app:`, so another image, and an engine that has no such
#             tag answers 404. With options the query of the path and theirs are joined without `&`.
# For us:     tests save images from the engine for a real node. Parameters go through `options`, never into the path.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent docker-modem@5.0.7

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

# A server in the place of the engine tells which path has come.
cat >ask.cjs <<'JS'
const { createServer } = require('node:http')
const Modem = require('docker-modem')

const [path, options] = process.argv.slice(2)
const server = createServer((request, response) => response.end(JSON.stringify(request.url)))
server.listen(0, '127.0.0.1', () => {
  const modem = new Modem({ protocol: 'http', host: '127.0.0.1', port: server.address().port })
  const call = { path, method: 'GET', options: JSON.parse(options), statusCodes: { 200: true } }
  modem.dial(call, (error, url) => {
    console.log(error?.message ?? url)
    server.close()
  })
})
JS

expect 'a path alone' /images/json "$(node ask.cjs /images/json '{}')"
expect 'a path that ends in ?' /images/json "$(node ask.cjs '/images/json?' '{}')"
expect 'a query in the path' '/images/get?names=app:' "$(node ask.cjs '/images/get?names=app:1' '{}')"
expect 'a query in both' '/images/get?names=app:1names=b' "$(node ask.cjs '/images/get?names=app:1' '{"names":"b"}')"
expect 'a query in the options' '/images/get?names=app%3A1' "$(node ask.cjs '/images/get?' '{"names":"app:1"}')"
echo 'as described: the last character of a path with a query is lost'
