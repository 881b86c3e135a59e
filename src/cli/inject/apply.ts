/** Applies the operations of a patch to data, as the API server does: RFC 6902, of which injections need `add` alone. */

import type { AddOperation } from '../../core/inject/injection.ts'

/** @returns a copy in which the operations have been applied below `path` */
export function applyTo(
  value: unknown,
  path: readonly (string | number)[],
  operations: readonly AddOperation[],
): unknown {
  const copy = structuredClone(value)
  for (const { path: pointer, value: added } of operations) {
    const steps = [...path, ...stepsOf(pointer)]
    const last = steps.pop() ?? ''
    const parent = steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], copy)
    const node = structuredClone(added)
    if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, node)
    else (parent as Record<string, unknown>)[last] = node
  }
  return copy
}

/** The steps of a JSON pointer (RFC 6901); a number in an array is one. */
export function stepsOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : step))
}
