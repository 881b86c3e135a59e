/** Writes the files of a bundle: what the operator puts into a ConfigMap, and `bundle.ts` reads (the contract stands there). */

import { BUNDLE_INDEX, BUNDLE_VERSIONS, type BundleVersion, type IndexEntry } from './bundle.ts'
import { canonicalJson } from './canonical-json.ts'
import { INHERITED_BY_SIDECARS, sectionsLeft, specInForce } from './inherit.ts'
import { API_VERSION, KIND, type PolicySpec } from './schema.ts'
import type { LabelSelector } from './selector.ts'
import { sha256 } from './sha256.ts'

/** A policy of a bundle; `namespace` and `name` are its own, which may be the operator's namespace. */
export interface BundlePolicy {
  readonly namespace: string
  readonly name: string
  readonly selector: LabelSelector | undefined
  readonly spec: PolicySpec
}

export interface BundleEntry {
  /** The file's name; every key of a ConfigMap must match `[-._a-zA-Z0-9]+`. */
  readonly key: string
  /** SHA-256 of the file's bytes in hex: the same for the same policy, whatever else the bundle holds. */
  readonly hash: string
}

export interface Bundle {
  /** Text by file name, index included. The same policies give the same bytes. */
  readonly files: Readonly<Record<string, string>>
  /** By `{namespace}/{name}`, as far as the version can say them. */
  readonly entries: ReadonlyMap<string, BundleEntry>
}

/**
 * @param ordered by precedence, the first one first
 * @param version the newest that every sidecar of the namespace reads. Version 1 knows no selectors: it holds the first
 * policy without one, and no index where there is none.
 */
export function writeBundle(ordered: readonly BundlePolicy[], version: BundleVersion = BUNDLE_VERSIONS[0]): Bundle {
  const written = version === 1 ? firstForAll(ordered) : ordered
  const entries = written.map((policy) => {
    const text = documentOf(policy, version)
    const { namespace, name, selector, spec } = policy
    const inherits = INHERITED_BY_SIDECARS.filter((section) => version > 1 && sectionsLeft(spec).includes(section))
    return {
      id: `${namespace}/${name}`,
      key: `${namespace}.${name}.json`,
      hash: sha256(text),
      selector,
      inherits,
      text,
    }
  })
  const policies = entries.map(({ key, hash, selector, inherits }) => {
    return { key, hash, ...(selector && { selector }), ...(inherits.length > 0 && { inherits }) }
  })
  const index = version === 1 && policies.length === 0 ? {} : { [BUNDLE_INDEX]: writeIndex(version, policies) }
  return {
    files: { ...index, ...Object.fromEntries(entries.map(({ key, text }) => [key, text])) },
    entries: new Map(entries.map(({ id, key, hash }) => [id, { key, hash }])),
  }
}

export function writeIndex(version: BundleVersion, policies: readonly IndexEntry[]): string {
  return textOf({ version, policies })
}

/** Of the policies for all pods, the first one, and what it takes from the others. */
function firstForAll(ordered: readonly BundlePolicy[]): readonly BundlePolicy[] {
  const forAll = ordered.filter(({ selector }) => selector === undefined)
  return forAll.slice(0, 1).map((policy) => ({ ...policy, spec: specInForce(forAll.map(({ spec }) => spec)) }))
}

function documentOf({ namespace, name, spec }: BundlePolicy, version: BundleVersion): string {
  const obeyed = version === 1 ? specOfVersionOne(spec) : sidecarSpec(spec)
  return textOf({ apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec: obeyed })
}

/** What the sidecar obeys. The rest says which pods and what the next pod gets: that is decided before a sidecar reads it. */
export function sidecarSpec(spec: PolicySpec): PolicySpec {
  const { scope, priority, suspend, selector, namespaceSelector, sidecar, rollout, ...obeyed } = spec
  const providers = obeyed.providers?.map(({ envVars, ...provider }) => provider)
  return { ...obeyed, ...(providers && { providers }) }
}

/** Sidecars of version 1 know no credentials of their own, and refuse a field that they do not know. */
function specOfVersionOne(spec: PolicySpec): PolicySpec {
  const obeyed = sidecarSpec(spec)
  const providers = obeyed.providers?.map(({ credentials, ...provider }) => provider)
  return { ...obeyed, ...(providers && { providers }) }
}

function textOf(value: object): string {
  return `${canonicalJson(value)}\n`
}
