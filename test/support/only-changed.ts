/** Compares two request bodies that may differ in some string literals only. */

const LITERAL = /"(?:[^"\\]|\\.)*"/y

/**
 * Compares `received` with `sent` byte by byte. Where `sent` has one of `texts` (as a JSON string literal, in this order),
 * `received` may have any string literal.
 *
 * @returns the texts at these places in `received`
 * @throws with the place where anything else differs
 */
export function onlyChanged(sent: string, received: string, texts: readonly string[]): string[] {
  const found: string[] = []
  let at = 0
  let from = 0
  const same = (until: number): void => {
    const expected = sent.slice(from, until)
    const actual = received.slice(at, at + expected.length)
    if (actual !== expected) throw new Error(`untouched bytes differ:\n  sent     ${expected}\n  received ${actual}`)
    at += expected.length
  }
  for (const text of texts) {
    const literal = JSON.stringify(text)
    const start = sent.indexOf(literal, from)
    if (start < 0) throw new Error(`the client did not send this text: ${text.slice(0, 80)}`)
    same(start)
    LITERAL.lastIndex = at
    const match = LITERAL.exec(received)?.[0]
    if (match === undefined) throw new Error(`no string literal at ${at}: ${received.slice(at, at + 80)}`)
    found.push(JSON.parse(match))
    at += match.length
    from = start + literal.length
  }
  same(sent.length)
  if (at !== received.length) throw new Error(`bytes were added: ${received.slice(at, at + 80)}`)
  return found
}
