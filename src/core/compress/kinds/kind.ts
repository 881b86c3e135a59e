/** The kind of a text: it decides which techniques may encode it (profiles.ts). */

import type { Sample } from './sample.ts'

export const KIND_NAMES = [
  'diff',
  'search-result',
  'source',
  'annotated-source',
  'table',
  'accessibility-tree',
  'log',
  'listing',
  'json',
  'json-lines',
  'markup',
  'prose',
  'unknown',
] as const

export type KindName = (typeof KIND_NAMES)[number]

/** Facts about a text that its tool call tells. */
export interface Hint {
  /** Is it a file's text, as a shell or a file reader prints it? A file keeps its layout. */
  readonly isFile: boolean
  /** Was it printed by a command that shows files letter by letter, such as `cat`? Then text of no kind is source. */
  readonly isRead: boolean
}

export const NO_HINT: Hint = { isFile: false, isRead: false }

/** How a text of this kind looks. */
export interface Kind {
  readonly name: KindName
  isLike(sample: Sample): boolean
}
