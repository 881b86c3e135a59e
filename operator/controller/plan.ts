/** What the bundle of a namespace should hold, and whether it may be written at all. */

import {
  type Bundle,
  type BundleVersion,
  type ClusterPolicy,
  idOf,
  keysInJson,
  writeBundle,
} from '../../src/core/policy/documents.ts'
import { digestOf } from './kept.ts'
import type { RefusalReason } from './status.ts'

/** Of one file. */
const MAX_ENTRY_BYTES = 8 * 1024
/** Of all files with their names. A ConfigMap takes 1 MiB with its metadata. */
const MAX_BUNDLE_BYTES = 900 * 1024

export interface BundlePlan {
  /** By precedence. */
  readonly ordered: readonly ClusterPolicy[]
  readonly version: BundleVersion
  readonly files: Bundle['files']
  readonly entries: Bundle['entries']
  readonly bytes: number
  /** By file name. */
  readonly sizes: ReadonlyMap<string, number>
  readonly digest: string
  /** Why it must not be written; the last bundle stays. */
  readonly refusal: PlanRefusal | undefined
}

export interface PlanRefusal {
  readonly reason: RefusalReason
  readonly message: string
  /** The policies that have to change, by `{namespace}/{name}`. */
  readonly culprits: ReadonlySet<string>
}

/** @param ordered by precedence: see `policiesOf` */
export function planBundle(ordered: readonly ClusterPolicy[], version: BundleVersion): BundlePlan {
  const { files, entries } = writeBundle(ordered, version)
  const sizes = new Map(Object.entries(files).map(([key, text]) => [key, Buffer.byteLength(text)]))
  const bytes = [...sizes].reduce((sum, [key, size]) => sum + key.length + size, 0)
  const plan = { ordered, version, files, entries, bytes, sizes, digest: digestOf(files) }
  return { ...plan, refusal: tooLarge(plan) ?? withKey(plan) }
}

type Plan = Omit<BundlePlan, 'refusal'>

function tooLarge({ ordered, version, entries, bytes, sizes }: Plan): PlanRefusal | undefined {
  const sizeOf = (policy: ClusterPolicy): number => sizes.get(entries.get(idOf(policy))?.key ?? '') ?? 0
  const huge = ordered.filter((policy) => sizeOf(policy) > MAX_ENTRY_BYTES)
  if (huge.length > 0) {
    const alone = version === 1 ? ordered.filter((policy) => sizeAlone(policy) > MAX_ENTRY_BYTES) : huge
    const blamed = alone.length > 0 ? alone : huge
    const names = blamed.map((policy) => `${idOf(policy)} (${sizeAlone(policy)} bytes)`).join(', ')
    return refusal('TooLarge', `a policy may take ${MAX_ENTRY_BYTES} bytes: ${names}`, blamed)
  }
  if (bytes <= MAX_BUNDLE_BYTES) return undefined
  // Without their sum: it changes with each policy, and the status of all others with it.
  const message = `its policies take more than the ${MAX_BUNDLE_BYTES} bytes of a bundle`
  // One of the cluster's is small beside them, and fits elsewhere.
  const own = ordered.filter(({ isClusterWide }) => !isClusterWide)
  return refusal('TooLarge', message, own.length > 0 ? own : ordered)
}

/** In version 1 an Override's file holds what it takes from the policies below: they are to blame for it. */
function sizeAlone(policy: ClusterPolicy): number {
  const { files, entries } = writeBundle([policy])
  return Buffer.byteLength(files[entries.get(idOf(policy))?.key ?? ''] ?? '')
}

/** Specs whose file was searched: a namespace is planned anew with each edit of one of its policies. */
const searched = new WeakSet<ClusterPolicy['spec']>()

/** The last look before a write: a policy that has one was refused already. The index holds what the files hold. */
function withKey({ ordered, files, entries }: Plan): PlanRefusal | undefined {
  for (const policy of ordered) {
    const file = entries.get(idOf(policy))?.key
    if (file === undefined || searched.has(policy.spec)) continue
    // A namespace may be called as it likes, and everybody sees it.
    const place = keysInJson(files[file] ?? '').find((each) => each !== 'metadata.namespace')
    if (place !== undefined)
      return refusal('LiteralKey', `${file} would hold what looks like a key at ${place}`, [policy])
    searched.add(policy.spec)
  }
  return undefined
}

function refusal(reason: PlanRefusal['reason'], message: string, culprits: readonly ClusterPolicy[]): PlanRefusal {
  return { reason, message: message.slice(0, 1024), culprits: new Set(culprits.map(idOf)) }
}
