/** Plays the traffic against two sidecars and compares all that they left. */

import type { Loss } from './budget.ts'
import { type Difference, describe, differencesOf } from './differences.ts'
import type { Exchange } from './exchange.ts'
import { callOf, type Facts, factsOf, lineText, seriesOf, spanText } from './facts.ts'
import { type Left, type Observed, type Side, startSide } from './side.ts'
import type { Variant } from './sidecar-process.ts'

export interface Comparison {
  readonly exchanges: number
  readonly differences: readonly Difference[]
  readonly losses: readonly Loss[]
}

/** In the place of an exchange's name: a difference of `/metrics` at the end. */
export const METRICS = 'metrics'

/** An exchange that was played on both sides. */
interface Played {
  readonly name: string
  /** Ids of the call: base, current. */
  readonly calls: readonly (string | undefined)[]
  readonly hasLosses: boolean
}

interface Sides {
  readonly base: Side
  readonly current: Side
}

/** @param roots the folders of the two builds */
export async function compareBuilds(
  roots: { readonly base: string; readonly current: string },
  variant: Variant,
  traffic: Iterable<Exchange>,
): Promise<Comparison> {
  const base = await startSide(roots.base, variant)
  const current = await startSide(roots.current, variant)
  const sides = { base, current }
  const differences: Difference[] = []
  const losses: Loss[] = []
  const played: Played[] = []
  for (const exchange of traffic) {
    const [before, after] = await Promise.all([base.play(exchange), current.play(exchange)])
    const both = { base: factsOf(before, base.ports), current: factsOf(after, current.ports) }
    const found = differencesOf(exchange.name, both, exchange.body)
    differences.push(...found.differences)
    losses.push(...found.losses)
    played.push({ name: exchange.name, calls: [before, after].map(idOf), hasLosses: found.losses.length > 0 })
  }
  const hasLosses = losses.length > 0
  differences.push(...describe(METRICS, { both: await metricsOf(sides), areFiguresLeft: hasLosses }))
  const [leftBase, leftCurrent] = [await base.stop(), await current.stop()]
  for (const call of played) differences.push(...compareLeft(call, { base: leftBase, current: leftCurrent }, sides))
  return { exchanges: played.length, differences, losses }
}

function idOf({ reply }: Observed): string | undefined {
  return callOf(reply.headers)
}

async function metricsOf({ base, current }: Sides): Promise<{ base: Facts; current: Facts }> {
  // A call is counted when its reply has ended, which the client may see first.
  await new Promise((resolve) => setTimeout(resolve, 500))
  return { base: seriesOf(await base.metrics(), base.ports), current: seriesOf(await current.metrics(), current.ports) }
}

/** The log line and the span of one call. */
function compareLeft(
  { name, calls, hasLosses }: Played,
  left: { readonly base: Left; readonly current: Left },
  sides: Sides,
): readonly Difference[] {
  const both = {
    base: leftBy(calls[0], left.base, sides.base),
    current: leftBy(calls[1], left.current, sides.current),
  }
  return describe(name, { both, areFiguresLeft: hasLosses })
}

function leftBy(call: string | undefined, { lines, spans }: Left, { ports }: Side): Facts {
  const ours = call === undefined ? [] : lines.filter((line) => line['call'] === call)
  const trace = ours.find((line) => typeof line['trace_id'] === 'string')?.['trace_id']
  return new Map([
    ...ours.map((line, at) => [`log line ${at + 1}`, lineText(line, ports)] as const),
    ...spans
      .filter(({ traceId }) => traceId === trace)
      .map((span, at) => [`span ${at + 1}`, spanText(span, ports)] as const),
  ])
}
