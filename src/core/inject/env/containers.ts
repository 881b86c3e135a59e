/** Which containers of a pod are pointed at the sidecar: those that start after it, and are the user's. */

import type { RawContainer, RawPod } from '../injection.ts'
import { listed, type Notebook } from '../notes.ts'
import { listOf } from '../patch.ts'
import { isApplication } from '../skip-reasons.ts'

export interface Chosen {
  readonly container: RawContainer
  readonly list: 'initContainers' | 'containers'
  readonly index: number
}

export interface Choice {
  /** The index in `initContainers` from which on the sidecar runs; undefined: none of them has it before it. */
  readonly runsFrom: number | undefined
  /** Of the annotation; undefined: all. */
  readonly names: readonly string[] | undefined
}

export function chooseContainers({ spec = {} }: RawPod, { runsFrom, names }: Choice, notebook: Notebook): Chosen[] {
  const all = (['initContainers', 'containers'] as const).flatMap((list) =>
    listOf(spec[list]).map((container, index) => ({ container, list, index })),
  )
  const users = all.filter(({ container }) => isApplication(container))
  if (names !== undefined) noteUnknown(names, users, notebook)
  const named = names === undefined ? users : users.filter(({ container }) => names.includes(container.name))
  const isBefore = ({ list, index }: Chosen): boolean =>
    list === 'initContainers' && (runsFrom === undefined || index < runsFrom)
  const early = named.filter(isBefore).map(({ container }) => container.name)
  if (early.length > 0) {
    const message = `these init containers run before the sidecar and call their providers themselves: ${listed(early)}`
    notebook.note('RunsBeforeSidecar', message)
  }
  return named.filter((each) => !isBefore(each) && isSeen(each, names, notebook))
}

/** What `envFrom` brings is not seen here, and a variable of ours would win against it. */
function isSeen({ container }: Chosen, names: readonly string[] | undefined, notebook: Notebook): boolean {
  if (names !== undefined || listOf(container.envFrom).length === 0) return true
  const name = listed([container.name])
  const message =
    `container ${name} has envFrom, whose variables are not known here: it is not pointed at the sidecar unless ` +
    'm2m.io/containers names it'
  notebook.note('EnvFromUnseen', message)
  return false
}

function noteUnknown(names: readonly string[], users: readonly Chosen[], notebook: Notebook): void {
  const known = new Set(users.map(({ container }) => container.name))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    notebook.note('NoSuchContainer', `m2m.io/containers names what is no container of the pod: ${listed(unknown)}`)
  }
}
