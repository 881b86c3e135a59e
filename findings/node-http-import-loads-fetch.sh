#!/bin/sh
# Node.js 24.21.0 loads fetch, WebSocket and web streams into a process that imports node:http in an ES module.
#
# Documented: these globals are there for those who use them; node:http has a getter that loads its WebSocket when asked.
# Seen:       the import makes named exports of all that the module has, and asks each getter. `process.getBuiltinModule`
#             and `require` ask none.
# For us:     the bundle takes built-in modules by `require`: a bare server then holds half of the private memory.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
# Linux on x64 or arm64: Node.js as a package.
npm install --ignore-scripts --no-audit --no-fund --silent "node-linux-$(node -p process.arch)@24.21.0"
node=$(echo "$PWD"/node_modules/node-*/bin/node)

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

ask="console.log(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici'))"
echo "import http from 'node:http'; http.createServer; $ask" >import.mjs
echo "const http = process.getBuiltinModule('node:http'); http.createServer; $ask" >get.mjs
echo "const http = require('node:http'); http.createServer; $ask" >require.cjs

expect 'version' v24.21.0 "$("$node" --version)"
expect 'an import' true "$("$node" import.mjs)"
expect 'getBuiltinModule' false "$("$node" get.mjs)"
expect 'require' false "$("$node" require.cjs)"
echo 'as described: an import of node:http loads the client of fetch, the other ways do not'
