/** Fits how a family bills text to what was billed, and measures factors on calls that they have not seen. */

import { type Equation, leastAbsolute } from './least-absolute.ts'
import type { Sample } from './samples.ts'

export interface Factors {
  readonly content: number
  readonly tools: number
  /** Added once to a request with tools. */
  readonly overhead: number
}

/** |estimate - billed|, summed, as a share of what was billed: over all rows, those without tools, and those with. */
export interface Off {
  readonly error: number
  readonly contentError: number
  readonly toolsError: number
  /** Half of the rows are off by less than this share. */
  readonly median: number
}

export interface Calibration {
  readonly rows: number
  readonly rowsWithTools: number
  /** Fitted on all rows; its error is that of fits on four fifths, on the fifth they have not seen. */
  readonly fit: Factors & Off
  /** The factors in use. Only the framing is fitted, and measured on the rows that it has not seen. */
  readonly standing: Off
}

export interface InUse {
  readonly factors: Factors
  /** The family's own vocabulary, which it bills text in one to one: content is 1, and not fitted. */
  readonly isExact: boolean
}

const FOLDS = 5

/**
 * What a message is framed with (roles, separators) is fitted beside the factors, and is no part of them: it is the same
 * before and after compression, and our counts leave it out. An overhead of tools is fitted when that does better on
 * rows not seen. Deviations count as shares of what was billed: a long text that was recorded often is one text.
 */
export function calibrate(samples: readonly Sample[], { factors, isExact }: InUse): Calibration {
  const shapes: Shape[] = [true, false].map((hasOverhead) => ({ hasOverhead, ...(isExact && { content: 1 }) }))
  const fits = shapes.map((shape) => ({ ...fitFactors(samples, shape), ...crossValidate(samples, shape) }))
  const { framing: _, ...best } = fits.reduce((a, b) => (b.error <= a.error ? b : a))
  return {
    rows: samples.length,
    rowsWithTools: samples.filter(({ tools }) => tools > 0).length,
    fit: best,
    standing: crossValidate(samples, { hasOverhead: true, ...factors }),
  }
}

/** What a fit may move; what is given stays. */
interface Shape extends Partial<Factors> {
  readonly hasOverhead: boolean
}

interface Fitted extends Factors {
  readonly framing: { readonly request: number; readonly message: number }
}

function fitFactors(samples: readonly Sample[], shape: Shape): Fitted {
  const fixed = { content: shape.content, tools: shape.tools, overhead: shape.hasOverhead ? shape.overhead : 0 }
  const columns: ReadonlyArray<readonly [keyof typeof fixed, (sample: Sample) => number]> = [
    ['content', ({ content }) => content],
    ['tools', ({ tools }) => tools],
    ['overhead', ({ tools }) => (tools === 0 ? 0 : 1)],
  ]
  const free = columns.filter(([name]) => fixed[name] === undefined)
  const equations = samples.map(
    (sample): Equation => ({
      features: [1, sample.messages, ...free.map(([, of]) => of(sample))],
      target: sample.billed - columns.reduce((sum, [name, of]) => sum + (fixed[name] ?? 0) * of(sample), 0),
      weight: 1 / sample.billed,
    }),
  )
  const [request = 0, message = 0, ...found] = leastAbsolute(equations)
  const factors = Object.fromEntries(free.map(([name], index) => [name, found[index] ?? 0]))
  return { content: 0, tools: 0, overhead: 0, ...known(fixed), ...factors, framing: { request, message } }
}

function known(fixed: Readonly<Record<string, number | undefined>>): Partial<Factors> {
  return Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined))
}

interface Estimate {
  readonly sample: Sample
  readonly tokens: number
}

function crossValidate(samples: readonly Sample[], shape: Shape): Off {
  const estimates = Array.from({ length: FOLDS }, (_, fold) => heldOut(samples, fold, shape)).flat()
  const shares = estimates.map((each) => shareOff([each])).sort((a, b) => a - b)
  return {
    error: shareOff(estimates),
    contentError: shareOff(estimates.filter(({ sample }) => sample.tools === 0)),
    toolsError: shareOff(estimates.filter(({ sample }) => sample.tools > 0)),
    median: shares[Math.floor(shares.length / 2)] ?? Number.NaN,
  }
}

function heldOut(samples: readonly Sample[], fold: number, shape: Shape): Estimate[] {
  const isHeld = ({ group }: Sample): boolean => Number.parseInt(group.slice(0, 8), 16) % FOLDS === fold
  const fitted = fitFactors(
    samples.filter((sample) => !isHeld(sample)),
    shape,
  )
  return samples.filter(isHeld).map((sample) => ({ sample, tokens: estimate(sample, fitted) }))
}

function estimate(sample: Sample, { content, tools, overhead, framing }: Fitted): number {
  const forTools = sample.tools === 0 ? 0 : tools * sample.tools + overhead
  return content * sample.content + forTools + framing.request + framing.message * sample.messages
}

function shareOff(estimates: readonly Estimate[]): number {
  const off = estimates.reduce((sum, { sample, tokens }) => sum + Math.abs(tokens - sample.billed), 0)
  return off / estimates.reduce((sum, { sample }) => sum + sample.billed, 0)
}
