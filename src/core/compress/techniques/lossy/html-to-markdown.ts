/** Converts an HTML page to its visible text as Markdown; scripts, styles and attributes except links are lost. */

import { markdownFrom } from '../../html/markdown-from.ts'
import { leftOut, lossyTechnique } from './left-out.ts'

const WHAT = 'characters of HTML markup'

/** A page or a part of one, from its first character on. */
const PAGE = /^\s*<(?:!doctype html|html|head|body|main|article|section|div|table)[\s>]/i

export const htmlToMarkdown = lossyTechnique('html-to-markdown', WHAT, (text) => {
  const markdown = PAGE.test(text) ? markdownFrom(text) : undefined
  if (markdown === undefined || markdown.length >= text.length) return undefined
  return `${leftOut(text.length - markdown.length, WHAT)}\n${markdown}`
})
