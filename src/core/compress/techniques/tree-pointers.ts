/**
 * Accessibility trees of pages: browsers' tools mark every link and every button with `[cursor=pointer]`. Where all nodes
 * of a role have the mark, the head says so once. Indentation, names and references keep every letter.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { linesOf } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'

const MARK = ' [cursor=pointer]'

/** A head costs some 20 tokens, a mark 5. */
const MIN_MARKS = 6

/** `- link "Home" [level=2] [ref=e4]`; then perhaps the mark. A node in quotation marks of YAML keeps it. */
const NODE = /^( *- ([a-z]+)(?: "(?:[^"\\]|\\.)*")?(?: \[[^\][]*\])*? \[ref=\w+\])( \[cursor=pointer\](?=[:\s]|$))?/
const HEAD = /^\[every node of these roles also has \[cursor=pointer\]: ([a-z]+(?:, [a-z]+)*)\]\n/

export const treePointers: Technique = {
  name: 'tree-pointers',
  equivalence: 'string',

  encode(text) {
    if (HEAD.test(text) || !text.includes(MARK)) return undefined
    const lines = linesOf(text)
    const roles = markedRoles(lines)
    let marks = 0
    const body = lines.map((line) => {
      const [node, start = '', role = ''] = NODE.exec(line) ?? []
      if (node === undefined || !roles.has(role)) return line
      marks++
      return start + line.slice(node.length)
    })
    const head = `[every node of these roles also has${MARK}: ${[...roles].join(', ')}]\n`
    return marks < MIN_MARKS ? undefined : head + body.join('')
  },

  decode(text) {
    const head = HEAD.exec(text)
    if (head === null) return undefined
    const roles = new Set(head[1]?.split(', '))
    let whole = ''
    for (const line of linesOf(text.slice(head[0].length))) {
      const [node, start = '', role = ''] = NODE.exec(line) ?? []
      whole += node === undefined || !roles.has(role) ? line : start + MARK + line.slice(node.length)
      if (whole.length > MAX_BLOCK_BYTES) return undefined
    }
    return whole
  },

  recognises: (text) => HEAD.test(text),
}

/** The roles of which every node with a reference has the mark. */
function markedRoles(lines: readonly string[]): ReadonlySet<string> {
  const marked = new Set<string>()
  const bare = new Set<string>()
  for (const line of lines) {
    const [node, , role = '', mark] = NODE.exec(line) ?? []
    if (node !== undefined) (mark === undefined ? bare : marked).add(role)
  }
  for (const role of bare) marked.delete(role)
  return marked
}
