/** Writes the common start of lines once: `[next 12 lines start with "2025-06-20T10:38:"]`, then the rest of each line. */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { holdsForm } from '../lines/forms.ts'
import { linesOf } from '../lines/lines.ts'
import { prefixGroups } from '../lines/prefix-groups.ts'
import { PREFIX_HEAD_BEGINS, prefixHead, readPrefixHead } from '../lines/prefix-head.ts'
import type { Technique } from '../technique.ts'

export const prefixLifting: Technique = {
  name: 'prefix-lifting',
  equivalence: 'string',
  // A small model misreads it (docs/reading.md).
  advantage: 0.2,

  encode(text) {
    if (holdsForm(text)) return undefined
    const lines = linesOf(text)
    const groups = prefixGroups(text)
    if (groups.length === 0) return undefined
    let lifted = ''
    let at = 0
    for (const { from, to, prefix } of groups) {
      lifted += lines.slice(at, from).join('')
      lifted += `${prefixHead(to - from, prefix)}\n`
      for (const line of lines.slice(from, to)) lifted += line.slice(prefix.length)
      at = to
    }
    lifted += lines.slice(at).join('')
    // When the last line has no end and equals the common start, its rest would be no line at all.
    return lifted.endsWith('\n') === text.endsWith('\n') ? lifted : undefined
  },

  decode(text) {
    if (!PREFIX_HEAD_BEGINS.test(text)) return undefined
    const lines = linesOf(text)
    let lowered = ''
    for (let at = 0; at < lines.length; ) {
      const head = headOf(lines[at] as string)
      if (head === undefined) {
        lowered += lines[at++]
        continue
      }
      const rests = lines.slice(at + 1, at + 1 + head.lines)
      const isWhole = rests.length === head.lines && rests.every((line) => headOf(line) === undefined)
      if (!isWhole || lowered.length + head.lines * head.prefix.length > MAX_BLOCK_BYTES) return undefined
      for (const rest of rests) lowered += head.prefix + rest
      at += 1 + head.lines
    }
    return lowered
  },

  recognises: (text) => PREFIX_HEAD_BEGINS.test(text),
}

function headOf(line: string): { readonly lines: number; readonly prefix: string } | undefined {
  return line.endsWith('\n') ? readPrefixHead(line.slice(0, -1)) : undefined
}
