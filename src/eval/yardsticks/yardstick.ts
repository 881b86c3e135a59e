/** A well-known form of the same data, which models have read before: what a form of ours is measured against. */

export interface Yardstick {
  /** As `--yardstick` names it. */
  readonly name: string
  /** @returns undefined where the format cannot say all that the text says */
  write(text: string): string | undefined
}
