/** JSON text with the places of its values, for the table writer and reader. */

import {
  endOf,
  type JsonSpan,
  type JsonTape,
  kindOf,
  nextOf,
  scanJson,
  startOf,
  textFrom,
  unitsOf,
} from '../../json/index.ts'
import { MIN_REMEMBERED, minified } from '../json/spans.ts'
import { type Run, spansOf } from './runs.ts'

export interface Source {
  readonly text: string
  readonly tape: JsonTape
}

/** Deeper values are copied unchanged. A table is one level deeper than its list. */
const MAX_DEPTH = 64

/** Far more nodes than a block can hold. */
const MAX_NODES = 1 << 18

/** @returns undefined for text that is not JSON */
export function sourceFrom(json: Uint16Array): Source | undefined {
  const tape = scanJson(json, { maxDepth: MAX_DEPTH, maxNodes: MAX_NODES })
  return tape && { text: textFrom(json), tape }
}

/** The source of JSON in a text. Several techniques read the same span of it: it is scanned once. */
export function sourceOf(span: JsonSpan, json: Uint16Array): Source | undefined {
  return json.length < MIN_REMEMBERED ? sourceFrom(json) : scannedOnce(span, () => json)
}

/** The objects of a run as one list. */
export function sourceOfRun(text: string, run: Run): Source | undefined {
  return scannedOnce(run, () => {
    const objects = spansOf(run).map(({ start, end }) => text.slice(start, end))
    return unitsOf(`[${objects.join(',')}]`)
  })
}

/** They live as long as the spans of the text (json/found.ts). */
const SCANNED = new WeakMap<JsonSpan | Run, { readonly source: Source | undefined }>()

function scannedOnce(span: JsonSpan | Run, jsonOf: () => Uint16Array): Source | undefined {
  const known = SCANNED.get(span)
  if (known !== undefined) return known.source
  const source = sourceFrom(jsonOf())
  SCANNED.set(span, { source })
  return source
}

/** A value's literal, without insignificant white space. */
export function literalOf({ text, tape }: Source, node: number): string {
  const start = startOf(tape, node)
  const end = endOf(tape, node)
  const kind = kindOf(tape, node)
  if (kind !== 'object' && kind !== 'array') return text.slice(start, end)
  return textFrom(minified(tape.units.subarray(start, end)))
}

/** Elements of an array; alternating keys and values of an object; none beyond the tape's depth. */
export function childrenOf(tape: JsonTape, node: number): number[] {
  const children: number[] = []
  const end = nextOf(tape, node)
  for (let child = node + 1; child < end; child = nextOf(tape, child)) children.push(child)
  return children
}

/** An object or array, with each direct value written by `write`. */
export function rewriteChildren(source: Source, node: number, write: (value: number) => string): string {
  const children = childrenOf(source.tape, node)
  if (children.length === 0) return literalOf(source, node)
  if (kindOf(source.tape, node) === 'array') return `[${children.map(write).join(',')}]`
  let members = ''
  for (let i = 0; i < children.length; i += 2) {
    const comma = i === 0 ? '' : ','
    members += `${comma}${literalOf(source, children[i] as number)}:${write(children[i + 1] as number)}`
  }
  return `{${members}}`
}

/** The text with the outermost values replaced for which `literal` returns a replacement; undefined when there are none. */
export function replaceValues(source: Source, literal: (node: number) => string | undefined): string | undefined {
  const { text, tape } = source
  let replaced = ''
  let from = 0
  for (let node = 0; node < tape.length; node++) {
    if (startOf(tape, node) < from) continue
    const anew = literal(node)
    if (anew === undefined) continue
    replaced += text.slice(from, startOf(tape, node)) + anew
    from = endOf(tape, node)
  }
  return from === 0 ? undefined : replaced + text.slice(from)
}
