/** Tells by its first bytes whether a reply is a stream. Labels are missing or wrong often enough to look. */

/**
 * @param head the first bytes of a reply, as far as they came
 * @returns undefined while they may still be either
 */
export type Look = (head: Uint8Array) => boolean | undefined

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** How a line of an event stream begins (WHATWG HTML, section 9.2.6). */
const FIELDS = [':', 'data:', 'event:', 'id:', 'retry:'].map((field) => Buffer.from(field))

const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([BOM, ...FIELDS].map(([first]) => first))

export function looksBy(
  framing: 'sse' | 'ndjson',
  { isLabelled, isStreamAsked }: { readonly isLabelled: boolean; readonly isStreamAsked: boolean },
): Look {
  if (framing === 'sse') return isLabelled ? isNotJsonOrHtml : beginsAsEvents
  // A line of JSON looks like a reply that is one JSON text: the request tells which one is meant.
  return isLabelled || isStreamAsked ? () => true : () => false
}

/** Under the label of a stream: no line of one begins with a brace, a bracket or a tag. */
function isNotJsonOrHtml(head: Uint8Array): boolean | undefined {
  const first = head[blanksOf(head)]
  return first === undefined ? undefined : first !== 0x7b && first !== 0x5b && first !== 0x3c
}

/** Without the label: the first line must be a comment or a known field. */
function beginsAsEvents(head: Uint8Array): boolean | undefined {
  const start = blanksOf(head)
  if (start === head.length) return undefined
  // Nearly every reply without the label is one JSON text.
  if (!FIRST_BYTES.has(head[start])) return false
  const text = head.subarray(start)
  if (BOM.subarray(0, text.length).equals(text.subarray(0, BOM.length))) {
    return text.length <= BOM.length ? undefined : beginsAsEvents(text.subarray(BOM.length))
  }
  const likely = FIELDS.filter((field) => field.subarray(0, text.length).equals(text.subarray(0, field.length)))
  if (likely.length === 0) return false
  return likely.some((field) => field.length <= text.length) || undefined
}

/** Servers send white space while they work. */
export function blanksOf(head: Uint8Array): number {
  let at = 0
  while (head[at] === 0x0a || head[at] === 0x0d || head[at] === 0x20 || head[at] === 0x09) at++
  return at
}
