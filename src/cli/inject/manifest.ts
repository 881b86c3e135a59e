/**
 * A manifest that is changed by operations and printed again with its comments and the order of its keys. It is read as
 * kubectl reads it: YAML 1.1 without times, so that `0644` stays octal and a date stays a text.
 */

import { isDeepStrictEqual } from 'node:util'
import {
  type Document,
  isCollection,
  isMap,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  stringify,
  visit,
} from 'yaml'
import { M2MError } from '../../core/errors.ts'
import { applyEdits, type Edit, stepsOf } from './apply.ts'

export interface ManifestDocument {
  readonly value: unknown
  /**
   * The text with the operations applied, each below its path.
   * @throws M2MError MANIFEST_INVALID for a number that would not come out as it went in
   */
  print(edits: readonly Edit[]): string
}

/** A limit against documents that exhaust memory by aliases. */
const MAX_ALIASES = 100

const READ = {
  version: '1.1',
  customTags: (tags: readonly unknown[]) => tags.filter((tag) => !isTime(tag)),
  prettyErrors: false,
  logLevel: 'error',
} as const

/**
 * Skips empty documents.
 * @throws M2MError MANIFEST_INVALID with file and line
 */
export function readManifest(file: string, text: string): ManifestDocument[] {
  const json = readJson(text)
  if (json !== undefined) {
    // A copy is recursive, and reading is not.
    if (tryTo(() => structuredClone(json)) === undefined) throw invalid(`${file}: it is nested too deeply`)
    return [jsonDocument(json, text)]
  }
  const lineCounter = new LineCounter()
  try {
    const documents = [...(parseAllDocuments(text, { ...READ, lineCounter } as never) as Document.Parsed[])]
    return documents.flatMap((document, at) => {
      const [error] = document.errors
      if (error !== undefined) throw invalid(`${file}:${lineCounter.linePos(error.pos[0]).line}: ${error.message}`)
      const value = dataOf(document)
      if (value === null) return []
      return [yamlDocument(document, value, text.slice(documents[at - 1]?.range[2] ?? 0, document.range[2]))]
    })
  } catch (cause) {
    // The parser is recursive: too deep nesting throws a stack overflow.
    if (cause instanceof M2MError) throw cause
    throw invalid(`${file}: cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function readJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function jsonDocument(value: unknown, source: string): ManifestDocument {
  return {
    value,
    print(edits) {
      if (isUnchanged(edits)) return source
      JSON.parse(source, (_key, number: unknown, { source: digits = '' }: { source?: string } = {}) =>
        refuseRounded(number, digits),
      )
      return JSON.stringify(applyEdits(value, edits), undefined, 2)
    },
  }
}

function isUnchanged(edits: readonly Edit[]): boolean {
  return edits.every(({ operations }) => operations.length === 0)
}

/** JavaScript would write another number, and nobody would see it. */
function refuseRounded(number: unknown, source: string): void {
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return
  throw invalid(`the number ${source.slice(0, 40)} is too large to be written again exactly: quote it, or take it out`)
}

/** @param source its own part of the text, with the mark before it */
function yamlDocument(document: Document.Parsed, value: unknown, source: string): ManifestDocument {
  return {
    value,
    print(edits) {
      const own = source.replace(/^---[ \t]*\r?\n/, '')
      if (isUnchanged(edits) && !/^(---|\.\.\.|%)/m.test(own)) return own
      const style = { lineWidth: 0, indentSeq: !hasFlatLists(own), flowCollectionPadding: !/[{[]["\w]/.test(own) }
      visit(document, { Scalar: (_key, { value: number, source: digits = '' }) => refuseRounded(number, digits) })
      const wanted = applyEdits(value, edits)
      const printed = tryTo(() => {
        for (const edit of edits) apply(document, edit)
        // Whoever prints several puts the mark between them.
        if (document.directives !== undefined) document.directives.docStart = null
        return document.toString(style)
      })
      const read = printed === undefined ? undefined : tryTo(() => readAgain(printed))
      // An edit below an alias would change what else has its anchor: everything is written out then.
      if (printed !== undefined && isDeepStrictEqual(read, wanted)) return printed
      return stringify(wanted, { ...style, version: '1.1' })
    },
  }
}

function readAgain(text: string): unknown {
  const [document] = parseAllDocuments(text, READ as never) as Document.Parsed[]
  return document && dataOf(document)
}

/** Without what aliases share: an edit of one place would be one of all. */
function dataOf(document: Document.Parsed): unknown {
  return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? null))
}

function apply(document: Document.Parsed, { path, operations }: Edit): void {
  for (const { path: pointer, value } of operations) {
    const steps = [...path, ...stepsOf(pointer)]
    const last = steps.pop() ?? ''
    unfold(document, steps)
    insert(document.getIn(steps, true), last, document.createNode(value) as ParsedNode)
  }
}

/** What is on one line between braces becomes a block, from the root to the place: a container is no line. */
function unfold(document: Document.Parsed, steps: readonly (string | number)[]): void {
  for (let depth = 0; depth <= steps.length; depth++) {
    const node = document.getIn(steps.slice(0, depth), true)
    if (isCollection(node)) node.flow = false
  }
}

function insert(parent: unknown, last: string | number, node: ParsedNode): void {
  if (isSeq(parent)) parent.items.splice(last === '-' ? parent.items.length : Number(last), 0, node)
  else if (isMap(parent)) parent.set(last, node)
  else throw new Error('it is below an alias')
}

/** Whether the items of lists stand below their key's first letter, as kubectl and Helm write them. */
function hasFlatLists(text: string): boolean {
  return /^( *)(?:- )?[^\s#-][^\n]*:[ \t]*\n\1- /m.test(text)
}

function isTime(tag: unknown): boolean {
  const { tag: name = '', format } = (typeof tag === 'object' ? tag : {}) as { tag?: string; format?: string }
  return tag === 'timestamp' || name.endsWith(':timestamp') || format === 'TIME'
}

function tryTo<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

function invalid(message: string, cause?: unknown): M2MError {
  return new M2MError(message, { code: 'MANIFEST_INVALID', cause })
}
