/** Fits the factors of a family to billed calls, and measures factors on calls that were not used for the fit. */

import { type Equation, leastAbsolute } from './least-absolute.ts'
import type { Sample } from './samples.ts'

export interface Factors {
  readonly content: number
  readonly tools: number
  /** Added once to a request with tools. */
  readonly overhead: number
}

/**
 * Sum of |estimate - billed| as a share of the billed tokens: of all rows, of rows without tools, of rows with tools.
 */
export interface Off {
  readonly error: number
  readonly contentError: number
  readonly toolsError: number
  /** Half of the rows have an error below this share. */
  readonly median: number
}

export interface Calibration {
  readonly rows: number
  readonly rowsWithTools: number
  /** Fitted on all rows. Its error comes from fits on four fifths of the rows, measured on the remaining fifth. */
  readonly fit: Factors & Off
  /** The error of the factors in use. Only the framing is fitted, and measured in the same way. */
  readonly standing: Off
}

export interface InUse {
  readonly factors: Factors
  /** The family bills text exactly by its own vocabulary: content is 1, and not fitted. */
  readonly isExact: boolean
}

const FOLDS = 5

/**
 * The framing of messages (roles, separators) is fitted with the factors, but is not part of them: it is equal before
 * and after compression, and M2M's counts exclude it. An overhead of tools is fitted if that lowers the error on other
 * rows. Deviations count as shares of the billed tokens, so that a long text that was recorded often does not dominate.
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

/** Given factors are fixed; all others are fitted. */
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
