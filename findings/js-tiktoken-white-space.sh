#!/bin/sh
# js-tiktoken 1.0.21 counts other tokens than tiktoken (1.0.22, the Rust code of OpenAI's as WebAssembly) near U+0085 and U+FEFF.
#
# Documented: js-tiktoken is "a pure JS port of the original tiktoken library"; both packages come from one repository.
# Seen:       js-tiktoken runs the split patterns as JavaScript regular expressions. There \s lacks U+0085 (next line) and has
#             U+FEFF (byte order mark); in Rust, as in Unicode's White_Space, it is the other way round.
# For us:     such texts are counted by Rust's rule (docs/spec/tokens.md, Counting); js-tiktoken is the oracle for all others.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent js-tiktoken@1.0.21 tiktoken@1.0.22

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >count.mjs <<'JS'
import { getEncoding } from 'js-tiktoken'
import { get_encoding } from 'tiktoken'

const text = JSON.parse(process.argv[2])
const counts = ['o200k_base', 'cl100k_base'].map((name) => {
  const [script, rust] = [getEncoding(name).encode(text, [], []), get_encoding(name).encode(text, [], [])]
  return `${name} ${script.length} ${rust.length}`
})
console.log(counts.join(', '))
JS

expect 'no such character' 'o200k_base 3 3, cl100k_base 3 3' "$(node count.mjs '"hello  world"')"
expect 'U+0085 after a space' 'o200k_base 3 4, cl100k_base 3 4' "$(node count.mjs '" \u0085word"')"
expect 'U+FEFF after a space' 'o200k_base 4 3, cl100k_base 4 3' "$(node count.mjs '"hello \ufeffworld"')"
echo 'as described: js-tiktoken and tiktoken disagree by a token for each'
