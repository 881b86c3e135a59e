/**
 * The file contract between who writes policies and who obeys them: which one policy do these files hold?
 * Without `index.json` there is exactly one document. With it, an operator has written `[{ key, hash }]` in order of
 * precedence, `key` being a file's name and `hash` the SHA-256 of its bytes in hex; the first entry wins.
 */

import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/value'
import { type PolicyDocument, type PolicyProblem, parsePolicyDocuments } from './parse.ts'

export interface PolicyFile {
  /** Its name inside the bundle. */
  readonly name: string
  /** How to name it to a person. */
  readonly file: string
  readonly text: string
}

/** Both absent: there is no policy. */
export interface PolicyChoice {
  readonly policy?: PolicyDocument
  readonly problems: readonly PolicyProblem[]
}

export const INDEX = 'index.json'

/** Tells policy files from whatever else lies in a mounted directory; names with a leading dot are Kubernetes' own. */
export function isPolicyFile(name: string): boolean {
  return /^[^.].*\.(?:ya?ml|json)$/.test(name)
}

export function choosePolicy(files: readonly PolicyFile[]): PolicyChoice {
  const index = files.find(({ name }) => name === INDEX)
  return index === undefined ? onlyPolicy(files) : indexedPolicy(index, files)
}

function onlyPolicy(files: readonly PolicyFile[]): PolicyChoice {
  const parsed = files.map(({ text, file }) => parsePolicyDocuments(text, file))
  const problems = parsed.flatMap((each) => each.problems)
  const [policy, ...others] = parsed.flatMap((each) => each.policies)
  if (problems.length > 0 || policy === undefined) return { problems }
  if (others.length === 0) return { policy, problems }
  const names = [policy, ...others].map(({ name, file }) => `${name} (${file})`).join(', ')
  return { problems: [{ file: policy.file, path: '', message: `one policy is expected, found ${names}` }] }
}

const Index = Type.Array(Type.Object({ key: Type.String(), hash: Type.String() }, { additionalProperties: false }), {
  minItems: 1,
})

function indexedPolicy(index: PolicyFile, files: readonly PolicyFile[]): PolicyChoice {
  const refuse = (file: string, message: string): PolicyChoice => ({ problems: [{ file, path: '', message }] })
  const entries = readIndex(index.text)
  if (entries === undefined)
    return refuse(index.file, 'is not a list of { key, hash }; selectors are not available in this version')
  const [first] = entries
  const named = files.find(({ name }) => name === first?.key)
  if (first === undefined || named === undefined) return refuse(index.file, `names ${first?.key}, which is not there`)
  if (createHash('sha256').update(named.text).digest('hex') !== first.hash) {
    return refuse(named.file, `does not have the hash that ${INDEX} tells`)
  }
  return onlyPolicy([named])
}

function readIndex(text: string): Static<typeof Index> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Check(Index, value) ? value : undefined
  } catch {
    return undefined
  }
}
