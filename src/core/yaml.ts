/** Reads YAML (and JSON) with the line of every key, within limits: for policies and settings files. */

import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseAllDocuments } from 'yaml'

export interface YamlDocument {
  /** Undefined when `problems` is not empty. */
  readonly value: unknown
  /** Syntax errors; only the first few, since one mistake causes many. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
  /** The line, from 1, of the key or item at a path; if it does not exist, of its nearest existing parent. */
  lineOf(path: readonly (string | number)[]): number
}

const MAX_PROBLEMS = 3

/** A limit against documents that exhaust memory by aliases; settings files never use so many. */
const MAX_ALIASES = 100

/** Skips empty documents. Never throws. */
export function readYaml(text: string): YamlDocument[] {
  const lines = new LineCounter()
  try {
    const documents: Document.Parsed[] = [
      ...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' }),
    ]
    return documents
      .filter(({ contents, errors }) => errors.length > 0 || !isEmpty(contents))
      .map((document) => ({
        ...contentOf(document, lines),
        lineOf: (path) => lineAt(lines, nodeOffset(document.contents, path)),
      }))
  } catch (error) {
    // The parser is recursive: too deep nesting throws a stack overflow, which is caught here.
    return [
      { value: undefined, problems: [{ line: 1, message: `cannot be read: ${messageOf(error)}` }], lineOf: () => 1 },
    ]
  }
}

function isEmpty(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.value === null)
}

function contentOf(document: Document.Parsed, lines: LineCounter): Pick<YamlDocument, 'value' | 'problems'> {
  const found = [...document.errors, ...document.warnings].slice(0, 10 * MAX_PROBLEMS)
  const problems = found
    .filter(({ message }, index) => found.findIndex((other) => other.message === message) === index)
    .slice(0, MAX_PROBLEMS)
    .map(({ pos, message }) => ({ line: lineAt(lines, pos[0]), message }))
  if (problems.length > 0) return { value: undefined, problems }
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), problems }
  } catch (error) {
    return { value: undefined, problems: [{ line: 1, message: messageOf(error) }] }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line)
}

function nodeOffset(root: Node | null, path: readonly (string | number)[]): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    const next = child(node, step)
    if (next === undefined) break
    offset = next.offset
    node = next.node
  }
  return offset
}

function child(node: unknown, step: string | number): { node: unknown; offset: number } | undefined {
  if (isMap<Node, Node>(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    return pair && { node: pair.value, offset: pair.key.range?.[0] ?? 0 }
  }
  if (isSeq<Node>(node) && typeof step === 'number') {
    const item = node.items[step]
    return item && { node: item, offset: item.range?.[0] ?? 0 }
  }
  return undefined
}
