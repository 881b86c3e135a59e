/** A table before it is written down. */

export interface Table {
  readonly title?: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** How many columns at the left hold text; the others hold numbers. One unless said otherwise. */
  readonly texts?: number
}
