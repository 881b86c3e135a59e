/**
 * The file contract between the operator, which writes policies, and the sidecar: which policy do these files hold for a pod?
 * Without `index.json` there is exactly one document. With it, an operator has written policies in order of precedence:
 * `{ version: 2, policies: [{ key, hash, selector }] }`, `key` being a file's name, `hash` the SHA-256 of its bytes in hex and
 * `selector` the pods it holds for. The first entry that matches the pod's labels wins; where none does, no policy holds. An
 * entry with `inherits: ['providers', 'limits']` leaves these sections to the next ones that match (inherit.ts).
 *
 * Version 1 had no selectors, so its first entry wins, and at least one; it may be a bare list. A sidecar reads its own
 * version and the one before (`BUNDLE_VERSIONS`), and the operator writes one that every sidecar of a namespace reads.
 */

import { type Static, type TSchema, Type } from 'typebox'
import { Check } from 'typebox/value'
import type { Diagnostic } from './diagnostic.ts'
import { deciderOf, INHERITED_BY_SIDECARS, withSection } from './inherit.ts'
import { localKeys } from './local-keys.ts'
import { type PolicyDocument, parsePolicyDocuments } from './parse.ts'
import type { PolicyFile } from './policy-file.ts'
import { LabelSelectorSchema } from './schema/kubernetes.ts'
import { type Labels, matchesLabels } from './selector.ts'
import { sha256 } from './sha256.ts'

export interface PolicyChoice {
  /** Undefined without an error: no policy holds for this pod. */
  readonly policy: PolicyDocument | undefined
  /** An operator has written the files, so that no policy holds is its word, and not a file that is yet to come. */
  readonly isIndexed: boolean
  /** That of the policy's entry in the index; undefined without one. */
  readonly hash?: string
  readonly errors: readonly Diagnostic[]
}

export const BUNDLE_INDEX = 'index.json'

/**
 * The versions that are read, newest first. The newest changes with the meaning of the index and with the fields that its
 * policies may have.
 */
export const BUNDLE_VERSIONS = [2, 1] as const

export type BundleVersion = (typeof BUNDLE_VERSIONS)[number]

/** @param labels of the pod; they count only where an index has selectors */
export function choosePolicy(files: readonly PolicyFile[], labels: Labels = {}): PolicyChoice {
  const index = files.find(({ name }) => name === BUNDLE_INDEX)
  return index === undefined ? onlyPolicy(files) : indexedPolicy(index, files, labels)
}

function onlyPolicy(files: readonly PolicyFile[]): PolicyChoice {
  const parsed = files.map(({ text, file }) => parsePolicyDocuments(text, file))
  const errors = parsed.flatMap((each) => each.errors)
  const [policy, ...others] = parsed.flatMap((each) => each.policies)
  if (errors.length > 0 || policy === undefined) return { policy: undefined, isIndexed: false, errors }
  if (others.length === 0) return { policy, isIndexed: false, errors }
  const names = [policy, ...others].map(({ name, file }) => `${name} (${file})`).join(', ')
  return refusal(policy.file, `one policy is expected, found ${names}`)
}

function refusal(file: string, message: string): PolicyChoice {
  return { policy: undefined, isIndexed: false, errors: [{ file, path: '', message }] }
}

/** What the index says of a bundle as a whole. */
export interface BundleIndex {
  readonly version: BundleVersion
  readonly entries: readonly IndexEntry[]
}

export type IndexEntry = Static<typeof Entries>[number]

const Entry = { key: Type.String(), hash: Type.String() }
const FirstEntries = Type.Array(Type.Object(Entry, { additionalProperties: false }), { minItems: 1 })
const Entries = Type.Array(
  Type.Object(
    {
      ...Entry,
      selector: Type.Optional(LabelSelectorSchema),
      inherits: Type.Optional(Type.Array(Type.Enum(INHERITED_BY_SIDECARS))),
    },
    { additionalProperties: false },
  ),
)

const Versioned = Type.Object({ version: Type.Unknown() })
const VersionOne = indexOf(1, FirstEntries)
const VersionTwo = indexOf(2, Entries)

function indexOf<T extends TSchema>(version: BundleVersion, policies: T) {
  return Type.Object({ version: Type.Literal(version), policies }, { additionalProperties: false })
}

function indexedPolicy(index: PolicyFile, files: readonly PolicyFile[], labels: Labels): PolicyChoice {
  return { ...choiceOf(index, files, labels), isIndexed: true }
}

function choiceOf(index: PolicyFile, files: readonly PolicyFile[], labels: Labels): PolicyChoice {
  const read = readBundleIndex(index.text)
  if (typeof read === 'string') return refusal(index.file, read)
  const matching = read.entries.filter(({ selector }) => matchesLabels(selector, labels))
  const [entry] = matching
  if (entry === undefined) return { policy: undefined, isIndexed: true, errors: [] }
  let choice = policyOf(entry, index, files)
  for (const section of leftBy(entry)) {
    const decider = deciderOf(matching, section, leftBy)
    if (choice.policy === undefined || decider === undefined) continue
    const below = policyOf(decider, index, files)
    if (below.policy === undefined) return below
    const spec = withSection(choice.policy.spec, below.policy.spec, section)
    choice = { ...choice, policy: { ...choice.policy, spec } }
  }
  return choice
}

type Inherited = (typeof INHERITED_BY_SIDECARS)[number]

function leftBy({ inherits = [] }: IndexEntry): readonly Inherited[] {
  return inherits
}

/** An operator writes at most 8 KiB. A megabyte of YAML, written there by hand, would keep a sidecar busy for minutes. */
const MAX_ENTRY_LENGTH = 64 * 1024

function policyOf(entry: IndexEntry, index: PolicyFile, files: readonly PolicyFile[]): PolicyChoice {
  const named = files.find(({ name }) => name === entry.key)
  if (named === undefined) return refusal(index.file, `names ${entry.key}, which is not there`)
  if (named.text.length > MAX_ENTRY_LENGTH) return refusal(named.file, `is longer than ${MAX_ENTRY_LENGTH} characters`)
  if (sha256(named.text) !== entry.hash) return refusal(named.file, `does not have the hash that ${BUNDLE_INDEX} gives`)
  const choice = onlyPolicy([named])
  if (choice.policy === undefined && choice.errors.length === 0) return refusal(named.file, 'holds no policy')
  const local = choice.policy && localKeys(choice.policy.spec)
  if (local !== undefined) return refusal(named.file, `${local}: no operator writes Env or File`)
  return { ...choice, hash: entry.hash }
}

/** The index of a bundle, or why it cannot be read. */
export function readBundleIndex(text: string): BundleIndex | string {
  const value = parseJson(text)
  // The version first: a later one may have any other member.
  if (Check(Versioned, value) && !BUNDLE_VERSIONS.some((known) => known === value.version)) {
    return `is of version ${JSON.stringify(value.version)?.slice(0, 40)}; this version of M2M reads ${BUNDLE_VERSIONS.join(' and ')}`
  }
  if (Check(VersionTwo, value)) return { version: 2, entries: value.policies }
  if (Check(VersionOne, value)) return { version: 1, entries: value.policies }
  if (Check(FirstEntries, value)) return { version: 1, entries: value }
  return 'is not a list of { key, hash, selector, inherits }, or of { key, hash } in version 1'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
