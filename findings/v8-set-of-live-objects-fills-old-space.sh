#!/bin/sh
# In Node.js 24.21.0 objects that pass through a long-lived Set outlive minor collections, although it has let them go.
#
# Documented: short-lived objects die young: a minor collection frees them at the cost of what survives.
# Seen:       a Set that holds 32 objects at a time, as a server holds its requests under way, is given a new table after every
#             few objects. The former table keeps its entries and leads to the next one. Once one of them is old, each later
#             table and its objects survive too, and grow old: of 40 MB that passed through, over 30 MB wait for a full
#             collection. With an array whose last entry fills the free place, all but a few are gone.
# For us:     a sidecar's calls under way stood in a Set. Collections took a fourth of its CPU, and its heap 12 MB of calls that
#             had ended. They stand in an array now.
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

# Room in old space: no full collection comes in between.
# Lets 40,000 objects of a kilobyte pass, 32 at a time; prints what old space has grown by.
cat >pass.mjs <<'JS'
import { getHeapSpaceStatistics } from 'node:v8'

const oldSpace = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size
const inSet = () => {
  const live = new Set()
  return { add: (object) => live.add(object), drop: (object) => live.delete(object) }
}
const inArray = () => {
  const live = []
  return {
    add: (object) => {
      object.place = live.length
      live.push(object)
    },
    drop: ({ place }) => {
      const last = live.pop()
      if (last.place === place) return
      last.place = place
      live[place] = last
    },
  }
}
const { add, drop } = process.argv[2] === 'set' ? inSet() : inArray()
const underWay = []
globalThis.gc()
const before = oldSpace()
for (let count = 0; count < 40_000; count++) {
  const object = { place: 0, bytes: new Array(125).fill(count) }
  add(object)
  underWay.push(object)
  if (underWay.length > 32) drop(underWay.shift())
}
const grown = (oldSpace() - before) / 1e6
console.log(`${grown > 25 ? 'more than 25' : grown < 4 ? 'less than 4' : grown.toFixed()} MB`)
JS

expect 'version' v24.21.0 "$("$node" --version)"
expect 'in a Set' 'more than 25 MB' "$("$node" --expose-gc --initial-old-space-size=256 pass.mjs set)"
expect 'in an array' 'less than 4 MB' "$("$node" --expose-gc --initial-old-space-size=256 pass.mjs array)"
echo 'as described: what a Set has let go waits for a full collection'
