/**
 * Lines that are nearly equal: the first line of a kind gets a name and marks its variable parts; each other line is
 * that name and its own parts.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { formsAmong, holdsForm } from '../lines/forms.ts'
import { bareLinesOf, linesOf, withoutEnd } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'
import { type Cluster, clustersOf } from '../templates/clusters.ts'
import {
  bracketsFor,
  looksNamed,
  type Marks,
  NAMES,
  NamedLines,
  SIGNS,
  writeDefinition,
  writeRow,
} from '../templates/named-lines.ts'

/** The first line of the form explains how to read the others. */
const HEAD = /^\[(#?)A= names a line; "\1A x" repeats it with x in (\{\}|<>|«»)\]\n/

export const lineTemplates: Technique = {
  name: 'line-templates',
  equivalence: 'string',
  // A small model misreads it (docs/reading.md).
  advantage: 0.2,

  encode(text) {
    if (HEAD.test(text) || holdsForm(text)) return undefined
    const lines = linesOf(text)
    const bare = bareLinesOf(text)
    const clusters = clustersOf(text, formsAmong(bare))
    const marks = clusters.length === 0 ? undefined : marksFor(bare, clusters)
    if (marks === undefined) return undefined
    const written = writeLines(bare, clusters, marks)
    const body = lines.map((line, i) => `${written[i]}${line.slice(bare[i]?.length)}`).join('')
    return `${headOf(marks)}\n${body}`
  },

  decode(text) {
    const [head, sign = '', brackets = ''] = HEAD.exec(text) ?? []
    if (head === undefined) return undefined
    const named = new NamedLines({ sign, brackets })
    let whole = ''
    for (const line of linesOf(text.slice(head.length))) {
      const bare = withoutEnd(line)
      const read = named.read(bare)
      if (read === undefined || whole.length + read.length > MAX_BLOCK_BYTES) return undefined
      whole += read + line.slice(bare.length)
    }
    return whole
  },

  recognises: (text) => HEAD.test(text),
}

function headOf({ sign, brackets }: Marks): string {
  return `[${sign}A= names a line; "${sign}A x" repeats it with x in ${brackets}]`
}

/** Marks that have no meaning in these lines yet; undefined when every mark has one. */
function marksFor(lines: readonly string[], clusters: readonly Cluster[]): Marks | undefined {
  const first = clusters.map(({ at }) => lines[at[0] as number] as string)
  const brackets = bracketsFor(first)
  const sign = SIGNS.find((some) => !lines.some((line) => looksNamed(line, some)))
  return brackets === undefined || sign === undefined ? undefined : { sign, brackets }
}

/** Names are assigned in the order of the first lines. */
function writeLines(lines: readonly string[], clusters: readonly Cluster[], { sign, brackets }: Marks): string[] {
  const written = [...lines]
  const inOrder = clusters.toSorted((a, b) => (a.at[0] as number) - (b.at[0] as number)).slice(0, NAMES.length)
  for (const [i, { at, template }] of inOrder.entries()) {
    const name = `${sign}${NAMES[i]}`
    for (const [nth, line] of at.entries()) {
      const parts = template.parts[nth] ?? []
      const row = nth === 0 ? `${name}=${writeDefinition(template.constants, parts, brackets)}` : writeRow(name, parts)
      if (row !== undefined) written[line] = row
    }
  }
  return written
}
