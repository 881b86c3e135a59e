/** Bounds a label: what a client may choose freely must never grow our memory or a metrics store's. */

/** Stands for every value beyond the limit and for what cannot be a name. */
export const OTHER = 'other'

/** Printable ASCII of a name's length: anything else in a `model` is no model's name. */
const NAME = /^[\x21-\x7e]{1,100}$/

/** @returns the value itself for the first `limit` distinct ones, `other` from then on */
export function createLabel(limit: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= limit || !NAME.test(value)) return OTHER
    known.add(value)
    return value
  }
}
