/** Places in a body, and what stands before them: the walk over a longer body with the same beginning goes on from there. */

import type { BilledSpan, Block, BoundContent } from '../block.ts'

/** A place in front of an element, and what the elements before it say. */
export interface Bookmark {
  readonly position: number
  /** Of the element. */
  readonly node: number
  readonly turns: TurnState
  readonly notes: NoteCount
  /** Calls so far, and how many of them, the last ones, wait for their results. A list of them would be one a bookmark. */
  readonly calls: number
  readonly open: number
}

/** What a walk leaves for the walk over a list that begins with the same elements. */
export interface Walked {
  /** The node of the list. */
  readonly list: number
  /** SHA-256 of the body behind the list: members there decide about results as well. */
  readonly rest: string
  readonly bookmarks: readonly Bookmark[]
  /** Of the elements alone. */
  readonly noted: Noted
  readonly calls: readonly AddedCall[]
}

/** What is asked of a walk beside its notes. */
export interface Marking {
  /** The body is the same as an earlier one up to this bookmark. */
  readonly from: { readonly walked: Walked; readonly bookmark: Bookmark } | undefined
  /** No bookmark in front of it, in bytes. */
  readonly least: number
  /** Set by the walk at its end. */
  walked: Walked | undefined
}

/** What the elements so far say of those after them. */
export interface TurnState {
  readonly index: number
  readonly hasUserSpoken: boolean
  /** The role of the element before. */
  readonly before: string | undefined
}

/** Entries of each list, in the order in which they were noted. */
export interface Noted {
  readonly blocks: readonly Block[]
  readonly billed: readonly BilledSpan[]
  readonly opening: readonly number[]
  readonly reasoning: readonly BoundContent[]
  readonly compactions: readonly number[]
}

/** Lengths of the lists, and what is no list. */
export interface NoteCount {
  readonly blocks: number
  readonly billed: number
  readonly opening: number
  readonly reasoning: number
  readonly compactions: number
  readonly lastAssistant: number
  readonly hasMedia: boolean
}

/** One call of a tool, as the model wrote it. */
export interface Call {
  readonly tool: string | undefined
  /** The node of its arguments: a string, or an object; NONE when it has none. */
  readonly node: number
  readonly caller: Caller | undefined
}

/** Who made a call: the model itself, or a program of the model's that runs at the provider. */
export type Caller = 'direct' | 'program'

/** A call with its id, if it has one. */
export type AddedCall = readonly [id: string | undefined, call: Call]
