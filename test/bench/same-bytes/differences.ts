/** The differences between what two builds did, and those of them that the work budget explains. */

import { findLosses, type Loss } from './budget.ts'
import type { Facts } from './facts.ts'

export interface Difference {
  readonly exchange: string
  /** `request 1: body`. */
  readonly what: string
  /** Around the first place where the two differ. */
  readonly base: string
  readonly current: string
}

export interface Found {
  readonly differences: readonly Difference[]
  /** Results that this build sends longer than the other one. */
  readonly losses: readonly Loss[]
}

interface Both {
  readonly base: Facts
  readonly current: Facts
}

const BEFORE = 30
const AROUND = 110

/** Headers, fields, attributes and series whose values follow from the length of a result. */
const FIGURE =
  /^(?:content-length|x-m2m-tokens-saved|x-m2m-outcome|tokens_saved|outcome)\b|token|byte|saved|usd|techni|block/i

/** @param original the body that the client sent */
export function differencesOf(exchange: string, both: Both, original: Buffer | undefined): Found {
  const losses: Loss[] = []
  const others: string[] = []
  for (const what of differing(both)) {
    const lost = what.endsWith(': body') ? findLosses(original, textsOf(both, what)) : undefined
    if (lost === undefined) others.push(what)
    else losses.push(...lost)
  }
  return { losses, differences: describe(exchange, { both, names: others, areFiguresLeft: losses.length > 0 }) }
}

/** @param areFiguresLeft the figures that follow from the length of a result are left out */
export function describe(
  exchange: string,
  { both, names = differing(both), areFiguresLeft }: Described,
): readonly Difference[] {
  return names.flatMap((what) => {
    const { base, current } = textsOf(both, what)
    const texts = areFiguresLeft ? { base: withoutFigures(base), current: withoutFigures(current) } : { base, current }
    return texts.base === texts.current || (areFiguresLeft && FIGURE.test(what))
      ? []
      : [{ exchange, what, ...excerpts(texts.base, texts.current) }]
  })
}

interface Described {
  readonly both: Both
  /** Absent: all that differ. */
  readonly names?: readonly string[]
  readonly areFiguresLeft: boolean
}

function differing({ base, current }: Both): readonly string[] {
  return [...new Set([...base.keys(), ...current.keys()])].filter((name) => base.get(name) !== current.get(name))
}

function textsOf({ base, current }: Both, what: string): { base: string; current: string } {
  return { base: base.get(what) ?? '<nothing>', current: current.get(what) ?? '<nothing>' }
}

function withoutFigures(text: string): string {
  const lines = text.split('\n')
  return lines.filter((line) => !FIGURE.test(line.split(':', 1)[0] ?? '')).join('\n')
}

function excerpts(base: string, current: string): { base: string; current: string } {
  let at = 0
  while (at < base.length && base[at] === current[at]) at++
  const from = Math.max(0, at - BEFORE)
  const cut = (text: string): string => JSON.stringify(text.slice(from, from + AROUND))
  return { base: cut(base), current: cut(current) }
}
