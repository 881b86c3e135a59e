/**
 * Does a pod ask for a sidecar? Its own annotation and label go before the label of its namespace, and `false` before `true`.
 * The admission policies of the chart decide the same in CEL.
 */

import { ANNOTATIONS, LABELS, type Labels } from '../policy/documents.ts'
import type { RawPod } from './injection.ts'
import { shown } from './notes.ts'

export type Wish =
  | { readonly isAsked: true; readonly by: 'pod' | 'namespace' }
  | { readonly isAsked: false; readonly reason: NotAskedReason; readonly message: string }

export type NotAskedReason = 'NotAsked' | 'OptedOut' | 'InvalidValue'

/** @param namespaceLabels of the pod's namespace */
export function wishOf({ metadata }: RawPod, namespaceLabels: Labels): Wish {
  const onAnnotation = metadata?.annotations?.[ANNOTATIONS.inject]
  const onLabel = metadata?.labels?.[LABELS.inject]
  const says = [onAnnotation, onLabel].filter((say) => say !== undefined && say !== null)
  if (says.includes('false')) {
    return { isAsked: false, reason: 'OptedOut', message: `the pod says ${LABELS.inject}: "false"` }
  }
  if (says.includes('true')) return { isAsked: true, by: 'pod' }
  const [other] = says
  if (other !== undefined) return invalid(other)
  if (namespaceLabels[LABELS.inject] === 'true') return { isAsked: true, by: 'namespace' }
  const message = `neither the pod nor its namespace says ${LABELS.inject}: "true"`
  return { isAsked: false, reason: 'NotAsked', message }
}

function invalid(say: unknown): Wish {
  // A manifest that no API server has read may have a boolean.
  const said = typeof say === 'string' ? shown(say) : `${shown(say).replaceAll('"', '')} (no text)`
  const message = `the pod says ${LABELS.inject}: ${said}, which is neither "true" nor "false"`
  return { isAsked: false, reason: 'InvalidValue', message }
}
