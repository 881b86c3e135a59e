/** Tells the one refusal that a change of form can heal (provider-contracts 1.3, PC-3). */

/** Where the refused reasoning stands: `messages[3].content[0]`; undefined where the provider does not say. */
export interface PrefixMismatch {
  readonly path: string | undefined
}

/** Other refusals of a signature, such as a damaged one, do not have these words. */
const WORDS = /bound to a different conversation/i
const PLACE = /messages\.(\d{1,6})\.content\.(\d{1,6})/

/**
 * @param text of the error body, in any API's envelope
 * @param header `anthropic-thinking-prefix-mismatch`, which some platforms send
 * @returns undefined for every other refusal
 */
export function prefixMismatchOf(status: number, text: string, header: string | undefined): PrefixMismatch | undefined {
  if (status !== 400 || (header === undefined && !WORDS.test(text))) return undefined
  const [, message, part] = PLACE.exec(header ?? '') ?? PLACE.exec(text) ?? []
  return { path: message === undefined ? undefined : `messages[${message}].content[${part}]` }
}
