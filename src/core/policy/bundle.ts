/**
 * The file contract between the operator, which writes policies, and the sidecar: which one policy do these files hold?
 * Without `index.json` there is exactly one document. With it, an operator has written `[{ key, hash }]` in order of
 * precedence, `key` being a file's name and `hash` the SHA-256 of its bytes in hex; the first entry wins. The list may
 * stand in an object that names the version of this contract: `{ version: 1, policies: [...] }`.
 */

import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/value'
import type { Diagnostic } from './diagnostic.ts'
import { type PolicyDocument, parsePolicyDocuments } from './parse.ts'
import type { PolicyFile } from './policy-file.ts'

export interface PolicyChoice {
  /** Undefined without an error: there is no policy. */
  readonly policy: PolicyDocument | undefined
  readonly errors: readonly Diagnostic[]
}

export const BUNDLE_INDEX = 'index.json'

/** Changes with the meaning of the index. A list without a version is of version 1. */
export const INDEX_VERSION = 1

export function choosePolicy(files: readonly PolicyFile[]): PolicyChoice {
  const index = files.find(({ name }) => name === BUNDLE_INDEX)
  return index === undefined ? onlyPolicy(files) : indexedPolicy(index, files)
}

function onlyPolicy(files: readonly PolicyFile[]): PolicyChoice {
  const parsed = files.map(({ text, file }) => parsePolicyDocuments(text, file))
  const errors = parsed.flatMap((each) => each.errors)
  const [policy, ...others] = parsed.flatMap((each) => each.policies)
  if (errors.length > 0 || policy === undefined) return { policy: undefined, errors }
  if (others.length === 0) return { policy, errors }
  const names = [policy, ...others].map(({ name, file }) => `${name} (${file})`).join(', ')
  return refusal(policy.file, `one policy is expected, found ${names}`)
}

function refusal(file: string, message: string): PolicyChoice {
  return { policy: undefined, errors: [{ file, path: '', message }] }
}

const Entries = Type.Array(Type.Object({ key: Type.String(), hash: Type.String() }, { additionalProperties: false }), {
  minItems: 1,
})

const Versioned = Type.Object({ version: Type.Unknown() })
const VersionOne = Type.Object(
  { version: Type.Literal(INDEX_VERSION), policies: Entries },
  { additionalProperties: false },
)

function indexedPolicy(index: PolicyFile, files: readonly PolicyFile[]): PolicyChoice {
  const entries = readIndex(index.text)
  if (typeof entries === 'string') return refusal(index.file, entries)
  const [first] = entries
  const named = files.find(({ name }) => name === first?.key)
  if (first === undefined || named === undefined) return refusal(index.file, `names ${first?.key}, which is not there`)
  if (createHash('sha256').update(named.text).digest('hex') !== first.hash) {
    return refusal(named.file, `does not have the hash that ${BUNDLE_INDEX} gives`)
  }
  return onlyPolicy([named])
}

/** The entries, or why there are none. */
function readIndex(text: string): Static<typeof Entries> | string {
  const value = parseJson(text)
  // The version first: a later one may have any other member.
  if (Check(Versioned, value) && value.version !== INDEX_VERSION) {
    return `is of version ${JSON.stringify(value.version)}; this version of M2M reads version ${INDEX_VERSION}`
  }
  if (Check(VersionOne, value)) return value.policies
  if (Check(Entries, value)) return value
  return 'is not a list of { key, hash }; selectors are not available in this version'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
