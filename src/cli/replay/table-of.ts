/** A table before it is formatted. */

export interface Table {
  readonly title?: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Number of leading text columns; the others hold numbers. Default 1. */
  readonly texts?: number
}
