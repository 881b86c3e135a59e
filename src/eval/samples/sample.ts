/** A tool output that is asked about, and what stands in its place in a compressed request. */

export interface Sample {
  /** Where it comes from: a file, or a row and a block of a corpus. */
  readonly name: string
  /** The kind of the text, as the engine tells it. */
  readonly kind: string
  readonly original: Reading
  /** By contender: a profile or a yardstick. A contender that leaves the text as it is has the original. */
  readonly forms: ReadonlyMap<string, Form>
}

/** What a model reads. */
export interface Reading {
  readonly text: string
  /** Earlier tool results of the request that the text refers to, as they are sent with it. */
  readonly earlier: readonly Named[]
}

export interface Named {
  readonly name: string
  readonly text: string
}

export interface Form extends Reading {
  /** In the order in which they were applied; empty where nothing changed. */
  readonly techniques: readonly string[]
}
