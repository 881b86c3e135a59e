/** A turn of a session in OpenAI chat form, as it came and as it goes out; the very same bytes where nothing was compressed. */
export interface CompressedTurn {
  readonly original: Uint8Array
  readonly sent: Uint8Array
}
