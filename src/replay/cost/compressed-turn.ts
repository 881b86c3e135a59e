/** A turn of a session in OpenAI chat form, as received and as sent; `sent` is `original` if nothing was compressed. */
export interface CompressedTurn {
  readonly original: Uint8Array
  readonly sent: Uint8Array
}
