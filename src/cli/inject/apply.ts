/** Applies the operations of a patch to data, as the API server does: RFC 6902, of which injections need `add` alone. */

import type { AddOperation } from '../../core/inject/injection.ts'

/** Operations below a place. */
export interface Edit {
  readonly path: readonly (string | number)[]
  readonly operations: readonly AddOperation[]
}

/** @returns a copy in which all of them have been applied, in their order */
export function applyEdits(value: unknown, edits: readonly Edit[]): unknown {
  const copy = structuredClone(value)
  for (const { path, operations } of edits) {
    for (const { path: pointer, value: added } of operations) addTo(copy, [...path, ...stepsOf(pointer)], added)
  }
  return copy
}

function addTo(root: unknown, steps: (string | number)[], added: unknown): void {
  const last = steps.pop() ?? ''
  const parent = steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], root)
  const node = structuredClone(added)
  if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, node)
  else (parent as Record<string, unknown>)[last] = node
}

/** The steps of a JSON pointer (RFC 6901); a number in an array is one. */
export function stepsOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : step))
}
