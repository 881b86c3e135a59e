/** Bounds a label: values that a client chooses freely must never grow our memory or that of a metrics store. */

/** Stands for every value beyond the limit and for every value that cannot be a name. */
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
