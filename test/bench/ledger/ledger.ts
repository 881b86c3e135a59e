/** A run in figures: what is printed, written to `--json FILE`, and compared with another run. */

export interface Figure {
  /** A scenario's name, `memory`, `start`, `sizes`, ... */
  readonly section: string
  /** `floor`, `base`, `this`, ... */
  readonly who: string
  /** With its unit: `CPU us per call`. */
  readonly what: string
  readonly value: number
}

export interface Ledger {
  /** The builds, as Git titles them. */
  readonly builds: { readonly this: string; readonly base: string | undefined }
  readonly node: string
  /** Model of the processor, and the number of its cores that this process sees. */
  readonly machine: string
  readonly figures: readonly Figure[]
}

/** @returns the figures of one contender; those that could not be measured are left out */
export function figuresOf(
  { section, who }: Pick<Figure, 'section' | 'who'>,
  values: Readonly<Record<string, number | undefined>>,
): readonly Figure[] {
  return Object.entries(values).flatMap(([what, value]) =>
    value === undefined || Number.isNaN(value) ? [] : [{ section, who, what, value }],
  )
}

/** @throws Error when the text is no ledger */
export function parseLedger(text: string): Ledger {
  const value = JSON.parse(text) as Partial<Ledger> | null
  if (!Array.isArray(value?.figures)) throw new Error('this is no file that --json has written')
  return value as Ledger
}
