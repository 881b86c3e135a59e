/**
 * A bundle that stays as it was, because the policies of its namespace take too much. Overrides hold in it all the same: a
 * namespace would escape the switch that turns the fleet off by a policy that is too large.
 */

import { BUNDLE_INDEX, type BundleVersion, type IndexEntry, readBundleIndex } from './bundle.ts'
import type { ClusterPolicy } from './candidates.ts'
import { type Bundle, writeBundle, writeIndex } from './write-bundle.ts'

type Files = Bundle['files']

export interface LastGood {
  readonly namespace: string
  /** As they are; none: there was no bundle yet. */
  readonly files: Files
}

/**
 * @param ordered the policies of now, by precedence, without those that are to blame
 * @returns the last files with the Overrides of now before them, and without those of then; undefined where there is nothing
 * of both. Version 1 holds one policy for all pods: an Override with what it takes from the others of now.
 */
export function withOverrides(
  { namespace, files }: LastGood,
  ordered: readonly ClusterPolicy[],
  version: BundleVersion,
): Files | undefined {
  if (version === 1) {
    const [first] = ordered.filter(({ selector }) => selector === undefined)
    return first?.scope === 'Override' ? writeBundle(ordered, 1).files : undefined
  }
  const text = files[BUNDLE_INDEX]
  const read = text === undefined ? '' : readBundleIndex(text)
  // What nobody can read holds nobody: a hand may have written it so, with its hash, to keep the Overrides out.
  const last = typeof read === 'string' ? { entries: [] } : read
  const overrides = writeBundle(ordered.filter(({ scope }) => scope === 'Override'))
  const first = entriesOf(overrides.files)
  if (typeof read === 'string' && first.length === 0) return undefined
  const replaced = new Set(first.map(({ key }) => key))
  const defaults = new Set(
    ordered.filter(({ scope }) => scope === 'Default').map(({ namespace: of, name }) => `${of}.${name}.json`),
  )
  // What is not of the namespace itself is of the cluster: a default, or an Override of then.
  // An index written by hand may name files that are not there, by names that no ConfigMap takes.
  const stays = last.entries.filter(
    ({ key }) =>
      Object.hasOwn(files, key) && !replaced.has(key) && (key.startsWith(`${namespace}.`) || defaults.has(key)),
  )
  return {
    ...overrides.files,
    [BUNDLE_INDEX]: writeIndex(2, [...first, ...stays]),
    ...Object.fromEntries(stays.map(({ key }) => [key, files[key] ?? ''])),
  }
}

function entriesOf(files: Files): readonly IndexEntry[] {
  const read = readBundleIndex(files[BUNDLE_INDEX] ?? '')
  return typeof read === 'string' ? [] : read.entries
}
