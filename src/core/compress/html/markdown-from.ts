/** HTML to Markdown in one pass: no tree, no attributes except links. Each character is read a few times at most. */

import { decodeEntities } from './entities.ts'
import { MarkdownWriter } from './markdown-writer.ts'
import { pieceAt } from './tags.ts'

/** @returns undefined for HTML that ends inside a tag, a comment or a script */
export function markdownFrom(html: string): string | undefined {
  const writer = new MarkdownWriter()
  for (let at = 0; at < html.length; ) {
    const piece = pieceAt(html, at)
    if (piece === undefined) return undefined
    if (piece.tag !== undefined) writer.tag(piece.tag)
    else if (piece.text !== undefined) writer.text(decodeEntities(piece.text))
    at = piece.end
  }
  return writer.markdown
}
