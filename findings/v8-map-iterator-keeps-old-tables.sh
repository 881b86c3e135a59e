#!/bin/sh
# In Node.js 24.21.0 an iterator of a Map that stands still keeps every table that the Map has had since.
#
# Documented: iterators are live: they see what is added and deleted later. Nothing is said of their memory.
# Seen:       a Map of 10 keys, each deleted and set again in turn, grows by some 40 bytes an operation for as long as an
#             iterator of it is held, and not at all without one.
# For us:     a cache that keeps `map.keys()` to find its oldest entry leaks. The order of ours is a list of numbers.
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

# Prints the heap's growth after a million operations on ten keys, in megabytes.
cat >grow.mjs <<'JS'
const map = new Map(Array.from({ length: 10 }, (_, key) => [key, key]))
const held = process.argv[2] === 'held' ? map.keys() : undefined
held?.next()
globalThis.gc()
const before = process.memoryUsage().heapUsed
for (let count = 0; count < 1_000_000; count++) {
  map.delete(count % 10)
  map.set(count % 10, count)
}
globalThis.gc()
const grown = (process.memoryUsage().heapUsed - before) / 1e6
console.log(`${grown > 20 ? 'more than 20' : grown < 2 ? 'less than 2' : grown.toFixed()} MB`)
// Still in use here.
held?.next()
JS

expect 'version' v24.21.0 "$("$node" --version)"
expect 'with an iterator' 'more than 20 MB' "$("$node" --expose-gc grow.mjs held)"
expect 'without' 'less than 2 MB' "$("$node" --expose-gc grow.mjs)"
echo 'as described: the iterator keeps what the map has let go'
