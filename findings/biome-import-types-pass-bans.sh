#!/bin/sh
# Biome 2.6.8: a type imported as import('./x.ts').T passes noRestrictedImports and noImportCycles.
#
# Documented: noRestrictedImports bans modules "loaded by import or require" and counts `import type`; the page lists the
#             syntaxes that it supports and does not name this one. noImportCycles has ignoreTypes, by default on; here off.
# Seen:       `import type` is reported by both rules, the same dependency as an import type by neither.
# For us:     a wall between folders has this hole; the code base writes types as `import type` only.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent @biomejs/biome@2.6.8

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >biome.json <<'JSON'
{
  "linter": {
    "rules": {
      "recommended": false,
      "style": {
        "noRestrictedImports": { "level": "error", "options": { "patterns": [{ "group": ["**/banned.ts"], "message": "no" }] } }
      },
      "suspicious": { "noImportCycles": { "level": "error", "options": { "ignoreTypes": false } } }
    }
  }
}
JSON
mkdir declared written
for folder in declared written; do echo 'export type T = number' >$folder/banned.ts; done

echo "import type { T } from './banned.ts'; export const t: T = 1" >declared/user.ts
echo "import type { B } from './b.ts'; export type A = B[] | 1" >declared/a.ts
echo "import type { A } from './a.ts'; export type B = A[] | 2" >declared/b.ts

echo "export const t: import('./banned.ts').T = 1" >written/user.ts
echo "export type A = import('./b.ts').B[] | 1" >written/a.ts
echo "export type B = import('./a.ts').A[] | 2" >written/b.ts

reported() { npx biome lint --reporter=json "$1" 2>/dev/null | grep -o 'lint/[a-z]*/no[A-Za-z]*' | sort | uniq -c | tr -s ' \n' ' '; }

expect 'import type' ' 1 lint/style/noRestrictedImports 2 lint/suspicious/noImportCycles ' "$(reported declared)"
expect 'import types' '' "$(reported written)"
echo 'as described: import types pass both rules'
