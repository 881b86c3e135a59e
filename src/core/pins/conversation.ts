/** The forms for one request: looks up what is known of each result, decides, and says afterwards what was sent. */

import type { Choice, Digests, RequestForms } from '../compress/index.ts'
import type { Block, RequestFacts } from '../dialect/index.ts'
import type { Tokenizer, Vocabularies, VocabularyName } from '../tokenizer/index.ts'
import { formOf, type Pin } from './decide.ts'
import { type PinScope, pinKey } from './pin-key.ts'
import type { PinKey } from './pin-table.ts'
import type { Pins } from './pins.ts'
import { refusedNodes } from './refused.ts'

export interface ConversationOptions {
  readonly facts: Pick<RequestFacts, 'blocks' | 'reasoning' | 'lastAssistant'>
  readonly digests: Digests
  /** Whose request it is. */
  readonly account: PinScope
  /** Account and opening, for results without a call id. */
  readonly opening: () => PinScope
  /** Does the policy want new results encoded? */
  readonly isRewriting: boolean
  readonly vocabularies: Vocabularies
}

/** What is known of one result, and what follows. */
interface Entry {
  readonly key: PinKey
  readonly pin: Pin | undefined
  readonly isNew: boolean
  readonly choice: Choice
}

/** A result as it was sent, to be remembered. */
export interface SentForm {
  readonly key: PinKey
  readonly pin: Pin
}

export class Conversation implements RequestForms {
  readonly keepsForms: boolean
  /** Results before the last answer whose form nobody knows, although reasoning may be bound to it. */
  readonly unknown: number
  /** May the other form be tried? Not where an operator has ended the old one. */
  readonly isHealable: boolean
  readonly #options: ConversationOptions
  readonly #entries: ReadonlyMap<number, Entry>
  readonly #rewritten = new Map<number, readonly number[]>()

  private constructor(options: ConversationOptions, entries: ReadonlyMap<number, Entry>) {
    this.#options = options
    this.#entries = entries
    const all = [...entries.values()]
    const hasReasoning = options.facts.reasoning.length > 0
    this.keepsForms = all.some(({ choice }) => typeof choice !== 'string')
    this.unknown = hasReasoning ? all.filter(({ pin, isNew }) => pin === undefined && !isNew).length : 0
    this.isHealable = all.every(({ pin }) => pin !== 'unpinned')
  }

  static of(pins: Pins, options: ConversationOptions): Conversation {
    const { facts, digests, account, isRewriting } = options
    const hasReasoning = facts.reasoning.length > 0
    const alike = new Map<string, number>()
    const entryOf = (block: Block): Entry => {
      const digest = digests.get(block.node) ?? ''
      const name = block.callId ?? ''
      const nth = alike.get(name + digest) ?? 0
      alike.set(name + digest, nth + 1)
      const key = pinKey(name === '' ? options.opening() : account, digest, { name, nth })
      const pin = pins.get(key)
      const isNew = block.node > facts.lastAssistant
      return { key, pin, isNew, choice: formOf({ pin, isNew, hasReasoning, isRefused: false }, isRewriting) }
    }
    return new Conversation(options, new Map(facts.blocks.map((block) => [block.node, entryOf(block)])))
  }

  /**
   * The same request with the other form of those results that the provider's refusal points at.
   * @param path of the refused reasoning, where the provider names it
   * @returns undefined when there is no other form to try
   */
  other(path: string | undefined): Conversation | undefined {
    const { facts, isRewriting } = this.#options
    const isKnown = (node: number): boolean => this.#entries.get(node)?.pin !== undefined
    const refused = refusedNodes(facts, path, isKnown)
    if (!this.isHealable || refused.size === 0) return undefined
    const entries = [...this.#entries].map(([node, entry]): [number, Entry] => {
      const isRefused = refused.has(node)
      return [node, { ...entry, choice: formOf({ ...entry, hasReasoning: true, isRefused }, isRewriting) }]
    })
    return new Conversation(this.#options, new Map(entries))
  }

  of({ node }: Block): Choice {
    return this.#entries.get(node)?.choice ?? 'as-came'
  }

  rewritten({ node }: Block, formats: readonly number[]): void {
    this.#rewritten.set(node, formats)
  }

  vocabulary(name: VocabularyName): Tokenizer {
    return this.#options.vocabularies.get(name)
  }

  /** The forms that are not remembered yet. */
  *sent(): Generator<SentForm, void> {
    for (const [node, { key, pin, choice }] of this.#entries) {
      const sent = typeof choice === 'string' ? (this.#rewritten.get(node) ?? 'as-came') : choice
      const isSame = pin === sent || pin === 'unpinned' || (typeof choice !== 'string' && pin === choice)
      if (!isSame) yield { key, pin: sent }
    }
  }
}
