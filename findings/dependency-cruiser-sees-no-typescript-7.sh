#!/bin/sh
# dependency-cruiser 18.7.2 beside TypeScript 7.0.2: a rule against cycles passes a cycle, with exit code 0 and no warning.
#
# Documented: TypeScript below 7 is supported (`depcruise --info`: "x typescript >=2.0.0 <7.0.0").
# Seen:       a folder of .ts files counts as "0 modules, 0 dependencies cruised", reported with a green tick; the same
#             files with TypeScript 6 beside them are refused with exit code 1.
# For us:     import rules are Biome's. A linter that looks at no file must not count as a passed check.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >rules.cjs <<'JS'
module.exports = { forbidden: [{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } }] }
JS
mkdir src
echo "import { b } from './b.ts'; export const a = (): unknown => b" >src/a.ts
echo "import { a } from './a.ts'; export const b = (): unknown => a" >src/b.ts

cruise() { # version of typescript
  npm install --ignore-scripts --no-audit --no-fund --silent dependency-cruiser@18.7.2 "typescript@$1"
  if npx depcruise --config rules.cjs src >out 2>&1; then code=0; else code=$?; fi
  printf 'exit %s: %s' "$code" "$(grep -oE '[0-9]+ modules, [0-9]+ dependencies cruised' out)"
}

expect 'TypeScript 6' 'exit 1: 2 modules, 2 dependencies cruised' "$(cruise 6.0.2)"
expect 'TypeScript 7' 'exit 0: 0 modules, 0 dependencies cruised' "$(cruise 7.0.2)"
echo 'as described: with TypeScript 7 nothing is checked, and the check passes'
