/** Reads the comments of TypeScript files, and the documents that they cite. */

/** Each block comment, and each run of line comments, as one line of text. */
export function commentsOf(source: string): string[] {
  const comments = source.matchAll(/(?<=^|[\s({[;,])(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*)/g)
  return [...comments].map(([comment]) => comment.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' '))
}

export interface Citation {
  readonly document: string
  /** The text after a comma, up to the bracket or semicolon: `(docs/spec/tokens.md, Counting)`. */
  readonly heading?: string | undefined
}

/** The documents of the repository that a comment names. Addresses of the web are no citations. */
export function citationsOf(comment: string): Citation[] {
  const text = comment.replaceAll(/https?:\S+/g, '')
  const found = text.matchAll(/(?<![\w./-])([\w./-]+\.md)(?:, (\p{Lu}[^);]*)(?=[);]))?/gu)
  return [...found].map(([, document = '', heading]) => ({ document, heading }))
}
