/** The shape in which the readers give the records of a text. */

/** Like records with the same fields. A cell is spelled as in the original, without padding and quotes. */
export interface Records {
  readonly fields: readonly string[]
  /** One cell for each field; empty where the record has none. */
  readonly rows: readonly (readonly string[])[]
}
