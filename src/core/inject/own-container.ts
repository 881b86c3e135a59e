/** The container of the sidecar as it stands in a pod: ours, a user's own, or a user's words about ours. */

import { ANNOTATIONS, SIDECAR_NAME } from '../policy/documents.ts'
import type { RawContainer, RawPod } from './injection.ts'
import { listOf, type Path } from './patch.ts'

export interface OwnContainer {
  readonly container: RawContainer
  readonly list: 'initContainers' | 'containers'
  readonly index: number
}

export function findOwn({ spec = {} }: RawPod): OwnContainer | undefined {
  for (const list of ['initContainers', 'containers'] as const) {
    const all = listOf(spec[list])
    const index = all.findIndex(({ name }) => name === SIDECAR_NAME)
    const container = all[index]
    if (container !== undefined) return { container, list, index }
  }
  return undefined
}

export function pathOf({ list, index }: Pick<OwnContainer, 'list' | 'index'>): Path {
  return ['spec', list, index]
}

/** Without an image it is a set of fields that go before ours. A template of a workload may need one: `auto` is none. */
export function isOverride({ image }: RawContainer): boolean {
  return image === undefined || image === null || image === '' || image === 'auto'
}

/** Made by an injector, whatever others have taken from it since. */
export function isOurs({ metadata }: RawPod): boolean {
  return metadata?.annotations?.[ANNOTATIONS.status] === INJECTED
}

/** The value of the annotation `m2m.io/status` on a pod that has its sidecar. */
export const INJECTED = 'injected'
