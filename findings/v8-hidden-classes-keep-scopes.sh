#!/bin/sh
# In Node.js 24.21.0 a closure that is a generator, and an object literal with a getter, outlive the call that made them.
#
# Documented: garbage of one call is collected with the young generation, for next to nothing.
# Seen:       V8 makes a hidden class for each such closure that is called, and for each such literal. It is old from the
#             start, and keeps the closure and its scope until the next full collection: what is young in them is
#             copied, and grows old. An arrow function in the same place, and a class with the same getter, keep nothing.
# For us:     27 % of what an agent's turn allocated survived. What runs for each call has functions of its module and
#             methods of classes in their place.
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

# Prints what has grown old of 20,000 scopes of 450 bytes, before any full collection.
cat >keep.mjs <<'JS'
import { getHeapSpaceStatistics } from 'node:v8'

class Sized {
  #scope
  constructor(scope) {
    this.#scope = scope
  }
  get size() {
    return this.#scope.length
  }
}
const make = {
  generator(scope) {
    const steps = function* () {
      yield scope.length
    }
    return [...steps()]
  },
  getter(scope) {
    return {
      get size() {
        return scope.length
      },
    }.size
  },
  arrow(scope) {
    const size = () => scope.length
    return size()
  },
  class: (scope) => new Sized(scope).size,
}[process.argv[2]]
const old = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size
const before = old()
for (let count = 0; count < 20_000; count++) make(new Array(50).fill(count))
const kept = (old() - before) / 1e6
console.log(`${kept > 1 ? 'more than 1' : kept < 0.3 ? 'less than 0.3' : kept.toFixed(1)} MB`)
JS

expect 'version' v24.21.0 "$("$node" --version)"
expect 'a generator in a function' 'more than 1 MB' "$("$node" --max-semi-space-size=1 keep.mjs generator)"
expect 'a literal with a getter' 'more than 1 MB' "$("$node" --max-semi-space-size=1 keep.mjs getter)"
expect 'an arrow function' 'less than 0.3 MB' "$("$node" --max-semi-space-size=1 keep.mjs arrow)"
expect 'a class with a getter' 'less than 0.3 MB' "$("$node" --max-semi-space-size=1 keep.mjs class)"
echo 'as described: hidden classes keep the scopes of generators and getters'
