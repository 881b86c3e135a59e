/** Splits HTML into text and tags. Hidden elements are skipped. */

export interface Tag {
  /** In lower case. */
  readonly name: string
  readonly isClosing: boolean
  readonly attributes: string
}

export interface Piece {
  readonly text?: string
  readonly tag?: Tag
  /** The start of the next piece. */
  readonly end: number
}

const HIDDEN = new Set(['script', 'style', 'svg', 'noscript', 'template', 'iframe', 'object'])

const NAME = /<(\/?)([a-z][a-z0-9-]*)/iy

/** @returns undefined for a tag, a comment or a hidden element that has no end */
export function pieceAt(html: string, start: number): Piece | undefined {
  const open = html.indexOf('<', start)
  if (open !== start) {
    const end = open < 0 ? html.length : open
    return { text: html.slice(start, end), end }
  }
  if (html.startsWith('<!--', start)) return ending(html.indexOf('-->', start), '-->')
  NAME.lastIndex = start
  const name = NAME.exec(html)
  if (name !== null) return tagPiece(html, start, name)
  const isDeclaration = html[start + 1] === '!' || html[start + 1] === '?'
  return isDeclaration ? ending(html.indexOf('>', start), '>') : { text: '<', end: start + 1 }
}

function tagPiece(html: string, start: number, [opening, slash, word]: RegExpExecArray): Piece | undefined {
  const close = html.indexOf('>', start)
  if (close < 0) return undefined
  const tag = {
    name: (word as string).toLowerCase(),
    isClosing: slash === '/',
    attributes: html.slice(start + opening.length, close),
  }
  if (tag.isClosing || !HIDDEN.has(tag.name) || tag.attributes.endsWith('/')) return { tag, end: close + 1 }
  return ending(endTag(html, tag.name, close), '>')
}

/** The position of the `>` in the next end tag with this name, or -1. */
function endTag(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return html.indexOf('>', at)
  }
  return -1
}

function ending(at: number, mark: string): Piece | undefined {
  return at < 0 ? undefined : { end: at + mark.length }
}
