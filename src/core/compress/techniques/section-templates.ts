/**
 * Sections of several lines that repeat with other numbers: the first section gets a name and marks its variable parts;
 * each other section is that name and its own parts.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { countedAmong, holdsForm } from '../lines/forms.ts'
import { bareLinesOf, linesOf } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'
import { bracketsFor, fillRow, readDefinition, writeDefinition, writeRow } from '../templates/named-lines.ts'
import { bodyOf, endOf, type Section, sectionsOf } from '../templates/sections.ts'

/** The first line of the form explains how to read the others. */
const HEAD = /^\[S1\(n lines\)= names lines; "S1 x" repeats them with x in (\{\}|<>|«»)\]\n/

/** A name, and for a definition its number of lines. */
const NAMED = /^S(\d+)(?:\((\d+) lines\)=|(?=[ |\r\n]|$))/

export const sectionTemplates: Technique = {
  name: 'section-templates',
  equivalence: 'string',
  // A small model misreads it (docs/reading.md).
  advantage: 0.2,

  encode(text) {
    const lines = linesOf(text)
    if (holdsForm(text) || lines.some((line) => NAMED.test(line))) return undefined
    const sections = sectionsOf(text, countedAmong(bareLinesOf(text)))
    const brackets = bracketsFor(sections.map(({ at, lines: count }) => bodyOf(lines, at[0] as number, count)))
    if (sections.length === 0 || brackets === undefined) return undefined
    return `[S1(n lines)= names lines; "S1 x" repeats them with x in ${brackets}]\n${writeSections(lines, sections, brackets)}`
  },

  decode(text) {
    const [head, brackets = ''] = HEAD.exec(text) ?? []
    return head === undefined ? undefined : readSections(linesOf(text.slice(head.length)), brackets)
  },

  recognises: (text) => HEAD.test(text),
}

/** Names are assigned in the order of the first sections. A section stays unchanged when its parts cannot be separated. */
function writeSections(lines: readonly string[], sections: readonly Section[], brackets: string): string {
  const written: (string | undefined)[] = [...lines]
  for (const [i, { at, lines: count, template }] of sections.entries()) {
    for (const [nth, from] of at.entries()) {
      const parts = template.parts[nth] ?? []
      const definition = `S${i + 1}(${count} lines)=${writeDefinition(template.constants, parts, brackets)}`
      const row = nth === 0 ? definition : writeRow(`S${i + 1}`, parts)
      if (row === undefined) continue
      written[from] = row + endOf(lines[from + count - 1] as string)
      written.fill(undefined, from + 1, from + count)
    }
  }
  return written.filter((line) => line !== undefined).join('')
}

function readSections(lines: readonly string[], brackets: string): string | undefined {
  const known: (readonly string[])[] = []
  let whole = ''
  for (let at = 0; at < lines.length; ) {
    const named = NAMED.exec(lines[at] as string)
    const count = Number(named?.[2] ?? 1)
    if (count < 1 || at + count > lines.length) return undefined
    const body = bodyOf(lines, at, count)
    const text = named === null ? body : readNamed(named, body, known, brackets)
    if (text === undefined || whole.length + text.length > MAX_BLOCK_BYTES) return undefined
    at += count
    whole += text + endOf(lines[at - 1] as string)
  }
  return whole
}

/** The section for a row, or for a definition, which is also remembered. */
function readNamed(
  [name = '', nth, count]: readonly string[],
  body: string,
  known: (readonly string[])[],
  brackets: string,
): string | undefined {
  const tail = body.slice(name.length)
  if (count === undefined) return fillRow(known[Number(nth) - 1] ?? [], tail)
  const definition = Number(nth) === known.length + 1 ? readDefinition(tail, brackets) : undefined
  if (definition !== undefined) known.push(definition.constants)
  return definition?.whole
}
