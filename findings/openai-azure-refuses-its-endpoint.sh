#!/bin/sh
# openai 7.59.0: `new AzureOpenAI({ endpoint })` throws when the environment has OPENAI_BASE_URL, though no base URL was given.
#
# Documented: `baseURL` defaults to OPENAI_BASE_URL, `endpoint` to AZURE_OPENAI_ENDPOINT. That a written argument yields to a
#             variable's default is said nowhere.
# Seen:       `baseURL and endpoint are mutually exclusive`. Without `endpoint` the client takes the variable, an address that is
#             not Azure's, and AZURE_OPENAI_ENDPOINT is not heard. `baseURL: null` beside `endpoint` helps.
# For us:     one program that calls OpenAI and Azure cannot be led here by OPENAI_BASE_URL: docs/providers.md says so.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent openai@7.59.0

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >make.mjs <<'JS'
import { AzureOpenAI } from 'openai'

const given = JSON.parse(process.argv[2])
try {
  console.log(new AzureOpenAI({ apiKey: 'test', apiVersion: '2024-10-21', ...given }).baseURL)
} catch (error) {
  console.log(error.message)
}
JS
unset OPENAI_BASE_URL AZURE_OPENAI_ENDPOINT
azure='{"endpoint":"https://some.example"}'

expect 'no variable' 'https://some.example/openai' "$(node make.mjs "$azure")"
export OPENAI_BASE_URL=https://other.example/v1
expect 'the variable' 'baseURL and endpoint are mutually exclusive' "$(node make.mjs "$azure")"
expect 'null' 'https://some.example/openai' "$(node make.mjs '{"endpoint":"https://some.example","baseURL":null}')"
expect 'both variables' 'https://other.example/v1' "$(AZURE_OPENAI_ENDPOINT=https://some.example node make.mjs '{}')"
echo 'as described: a variable that was not asked for makes an endpoint an error'
