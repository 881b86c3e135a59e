#!/bin/sh
# In Node.js 24.21.0 `X509Certificate.checkIP` throws for a text that is no address; `checkHost` and `checkEmail` take any text.
#
# Documented: checkIP "returns ip if the certificate matches, undefined if it does not", like checkHost for names; no error is named.
# Seen:       checkHost('10.0.0.1') and checkHost('not a host') are undefined. checkIP('example.com') and checkIP('10.0.0.1/8')
#             throw ERR_INVALID_ARG_VALUE with the words "Invalid name".
# For us:     whether a certificate of the webhook is for all names that it must have is asked of a list of names and addresses;
#             the first name ended the check. Each is asked by its kind now (node:net, isIP).
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
# Linux on x64 or arm64: Node.js as a package.
npm install --ignore-scripts --no-audit --no-fund --silent "node-linux-$(node -p process.arch)@24.21.0" @peculiar/x509@2.2.0 reflect-metadata@0.2.2
node=$(echo "$PWD"/node_modules/node-*/bin/node)

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >ask.mjs <<'JS'
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const names = [{ type: 'dns', value: 'example.com' }, { type: 'ip', value: '10.0.0.1' }]
const made = await X509CertificateGenerator.createSelfSigned({
  name: 'CN=example.com',
  keys,
  signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  notAfter: new Date(Date.now() + 3_600_000),
  extensions: [new SubjectAlternativeNameExtension(names)],
})
const certificate = new X509Certificate(made.toString('pem'))
const [method, text] = process.argv.slice(2)
try {
  console.log(String(certificate[method](text)))
} catch ({ code, message }) {
  console.log(`${code}: ${message}`)
}
JS

expect 'version' v24.21.0 "$("$node" --version)"
expect 'checkHost of its name' example.com "$("$node" ask.mjs checkHost example.com)"
expect 'checkHost of an address' undefined "$("$node" ask.mjs checkHost 10.0.0.1)"
expect 'checkHost of no host' undefined "$("$node" ask.mjs checkHost 'not a host')"
expect 'checkEmail of no address' undefined "$("$node" ask.mjs checkEmail 'not an address')"
expect 'checkIP of its address' 10.0.0.1 "$("$node" ask.mjs checkIP 10.0.0.1)"
expect 'checkIP of another one' undefined "$("$node" ask.mjs checkIP ::1)"
expect 'checkIP of its name' 'ERR_INVALID_ARG_VALUE: Invalid name' "$("$node" ask.mjs checkIP example.com)"
expect 'checkIP of a network' 'ERR_INVALID_ARG_VALUE: Invalid name' "$("$node" ask.mjs checkIP 10.0.0.1/8)"
echo 'as described: checkIP throws for what is no address'
