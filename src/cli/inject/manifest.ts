/**
 * A manifest that is changed by operations and printed again with its comments and the order of its keys. It is read as
 * kubectl reads it: YAML 1.1 without times, so that `0644` stays octal and a date stays a text.
 */

import { isDeepStrictEqual } from 'node:util'
import { type Document, isCollection, isSeq, LineCounter, type ParsedNode, parseAllDocuments, stringify } from 'yaml'
import { M2MError } from '../../core/errors.ts'
import type { AddOperation } from '../../core/inject/injection.ts'
import { applyTo, stepsOf } from './apply.ts'

export interface ManifestDocument {
  readonly value: unknown
  /** The text with the operations applied, each below its path. */
  print(edits: readonly Edit[]): string
}

export interface Edit {
  readonly path: readonly (string | number)[]
  readonly operations: readonly AddOperation[]
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
  if (json !== undefined) return [{ value: json, print: (edits) => JSON.stringify(edited(json, edits), undefined, 2) }]
  const lineCounter = new LineCounter()
  try {
    const documents = parseAllDocuments(text, { ...READ, lineCounter } as never) as Document.Parsed[]
    return [...documents].flatMap((document) => {
      const [error] = document.errors
      if (error !== undefined) throw invalid(`${file}:${lineCounter.linePos(error.pos[0]).line}: ${error.message}`)
      const value = dataOf(document)
      return value === null || value === undefined ? [] : [yamlDocument(document, value, text)]
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

function yamlDocument(document: Document.Parsed, value: unknown, text: string): ManifestDocument {
  return {
    value,
    print(edits) {
      const style = { lineWidth: 0, indentSeq: !hasFlatLists(text), flowCollectionPadding: !text.includes('{"') }
      const wanted = edited(value, edits)
      const printed = tryTo(() => {
        for (const edit of edits) apply(document, edit)
        // Whoever prints several puts the mark between them.
        if (document.directives !== undefined) document.directives.docStart = null
        return document.toString(style)
      })
      const read = printed === undefined ? undefined : tryTo(() => readAgain(printed))
      // An edit below an alias would change what else has its anchor: everything is written out then.
      return printed !== undefined && isDeepStrictEqual(read, wanted)
        ? printed
        : stringify(wanted, { ...style, version: '1.1' })
    },
  }
}

function edited(value: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce((all, { path, operations }) => applyTo(all, path, operations), value)
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
    insert(document.getIn(steps, true), last, document.createNode(value) as ParsedNode)
  }
}

function insert(parent: unknown, last: string | number, node: ParsedNode): void {
  if (!isCollection(parent)) throw new Error('it is below an alias')
  // An empty list has no block form.
  if (parent.items.length === 0) parent.flow = false
  if (isSeq(parent)) parent.items.splice(last === '-' ? parent.items.length : Number(last), 0, node)
  else parent.set(last, node)
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
