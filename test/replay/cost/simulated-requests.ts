/** Requests for simulated caches, in short. */

import type { SimRequest } from '../../../src/replay/cost/sim-request.ts'

/**
 * Segments are tokens, `*` marks one, `+` marks it for long, and `.` ends its message; `call` and `result` are blocks of
 * tools. Two requests have the same prefix as far as their segments are the same text, marks aside.
 */
export function request(text: string, options: Partial<SimRequest> = {}): SimRequest {
  let tokens = 0
  let identity = ''
  const segments = text.split(' ').map((piece) => {
    tokens += Number.parseInt(piece.replace(/^[a-z]+/, ''), 10)
    identity += ` ${piece.replace(/[*+]/, '')}`
    return {
      prefix: idOf(identity),
      tokens,
      isMarked: /[*+]/.test(piece),
      isLong: piece.includes('+'),
      tool: (['call', 'result'] as const).find((tool) => piece.startsWith(tool)),
      endsMessage: piece.includes('.'),
    }
  })
  return { segments, tokens, isAutomatic: false, isExplicit: false, atMs: 0, ...options }
}

const ids = new Map<string, number>()
function idOf(identity: string): number {
  const id = ids.get(identity) ?? ids.size
  ids.set(identity, id)
  return id
}
