/** The forms for one request: looks up what is known of each result, decides, and says afterwards what was sent. */

import type { Choice, Digests, RequestForms } from '../compress/index.ts'
import type { Block, RequestFacts } from '../dialect/index.ts'
import type { Tokenizer, Vocabularies, VocabularyName } from '../tokenizer/index.ts'
import { formOf, type Pin } from './decide.ts'
import { type PinScope, pinKey } from './pin-key.ts'
import type { SentForm } from './pin-record.ts'
import type { PinKey } from './pin-table.ts'
import type { Pins } from './pins.ts'
import { refusedBlocks } from './refused.ts'

export interface ConversationOptions {
  readonly facts: Pick<RequestFacts, 'blocks' | 'reasoning' | 'lastAssistant'>
  readonly digests: Digests
  /** Whose request it is. Asked for once, where there is a result with a call id. */
  readonly account: () => PinScope
  /** Account and opening, for results without a call id. */
  readonly opening: () => PinScope
  /** Does the policy want new results encoded? */
  readonly isRewriting: boolean
  readonly vocabularies: Vocabularies
}

/** What is needed after the look-up. The request's bytes are not: a reply may last minutes. */
type Kept = Pick<ConversationOptions, 'facts' | 'isRewriting' | 'vocabularies'>

/** What is known of one result, and what follows. It is the result's key as well. */
interface Entry extends PinKey {
  readonly pin: Pin | undefined
  readonly isNew: boolean
  readonly choice: Choice
  /** The form that the policy gave it. */
  rewritten: readonly number[] | undefined
}

const NONE: readonly SentForm[] = []

export class Conversation implements RequestForms {
  readonly keepsForms: boolean
  readonly isWriting: boolean
  /** Results before the model's last answer whose form nobody knows. */
  readonly unknown: number
  /** May reasoning be bound to them? */
  readonly hasReasoning: boolean
  readonly #pins: Pins
  readonly #kept: Kept
  /** By the start of the block. */
  readonly #entries: ReadonlyMap<number, Entry>

  private constructor(pins: Pins, { facts, isRewriting, vocabularies }: Kept, entries: ReadonlyMap<number, Entry>) {
    this.#pins = pins
    this.#kept = { facts, isRewriting, vocabularies }
    this.#entries = entries
    let keepsForms = false
    let isWriting = false
    let unknown = 0
    for (const { pin, isNew, choice } of entries.values()) {
      if (typeof choice !== 'string') keepsForms = true
      if (choice !== 'as-came') isWriting = true
      if (pin === undefined && !isNew) unknown++
    }
    this.keepsForms = keepsForms
    this.isWriting = isWriting
    this.unknown = unknown
    this.hasReasoning = facts.reasoning.length > 0
  }

  static of(pins: Pins, options: ConversationOptions): Conversation {
    const { facts, digests, isRewriting } = options
    const hasReasoning = facts.reasoning.length > 0
    const alike = new Map<number, number>()
    let account: PinScope | undefined
    let opening: PinScope | undefined
    // Each is a hash, the second one of a long text: made once for all results that need it.
    const scopeFor = (name: string): PinScope => {
      if (name === '') {
        opening ??= options.opening()
        return opening
      }
      account ??= options.account()
      return account
    }
    const entryOf = (block: Block): Entry => {
      const digest = digests.get(block.start) ?? ''
      const name = block.callId ?? ''
      const scope = scopeFor(name)
      const first = pinKey(scope, digest, { name, nth: 0 })
      const nth = alike.get(first.low) ?? 0
      alike.set(first.low, nth + 1)
      const key = nth === 0 ? first : pinKey(scope, digest, { name, nth })
      const pin = pins.get(key)
      const isNew = block.node > facts.lastAssistant
      const choice = formOf({ pin, isNew, hasReasoning, isRefused: false }, isRewriting)
      return { high: key.high, low: key.low, pin, isNew, choice, rewritten: undefined }
    }
    const entries = new Map<number, Entry>()
    for (const block of facts.blocks) entries.set(block.start, entryOf(block))
    return new Conversation(pins, options, entries)
  }

  /**
   * The same request with the other form of those results that the provider's refusal points at.
   * @param path of the refused reasoning, where the provider names it
   * @returns undefined when there is no other form to try, or an operator has ended the old one
   */
  other(path: string | undefined): Conversation | undefined {
    const { facts, isRewriting } = this.#kept
    const pinOf = ({ start }: Block): Pin | undefined => this.#entries.get(start)?.pin
    if (facts.blocks.some((block) => pinOf(block) === 'unpinned')) return undefined
    const refused = new Set(refusedBlocks(facts, path, (block) => pinOf(block) !== undefined).map(({ start }) => start))
    if (refused.size === 0) return undefined
    const entries = [...this.#entries].map(([start, entry]): [number, Entry] => {
      const isRefused = refused.has(start)
      const choice = formOf({ ...entry, hasReasoning: true, isRefused }, isRewriting)
      return [start, { ...entry, choice, rewritten: undefined }]
    })
    return new Conversation(this.#pins, this.#kept, new Map(entries))
  }

  /** Tells it from other conversations that began with the same words; empty without a result. */
  get id(): string {
    const [first] = this.#entries.values()
    return first === undefined ? '' : `${first.high}.${first.low}`
  }

  of({ start }: Block): Choice {
    return this.#entries.get(start)?.choice ?? 'as-came'
  }

  rewritten({ start, kind }: Block, formats: readonly number[]): boolean {
    const entry = this.#entries.get(start)
    const held = this.#pins.held(formats)
    if (entry === undefined || held === undefined) return false
    if (kind === 'observation') this.#pins.holdsObservations = true
    entry.rewritten = held
    return true
  }

  nothingRewritten(): void {
    for (const entry of this.#entries.values()) entry.rewritten = undefined
  }

  vocabulary(name: VocabularyName): Tokenizer {
    return this.#kept.vocabularies.get(name)
  }

  /** Is what was looked up still all that is known? */
  get isCurrent(): boolean {
    for (const entry of this.#entries.values()) if (!isSame(this.#pins.get(entry), entry.pin)) return false
    return true
  }

  /** The forms that are not remembered yet. What was unpinned while the provider answered stays so. */
  sent(): readonly SentForm[] {
    let forms: SentForm[] | undefined
    for (const entry of this.#entries.values()) {
      const { pin: before, isNew, choice, rewritten } = entry
      if (choice === before) continue
      const pin = this.#pins.get(entry)
      const sent = typeof choice === 'string' ? (rewritten ?? 'as-came') : choice
      if (isSame(pin, sent) || (!isNew && pin === 'unpinned')) continue
      forms ??= []
      forms.push({ key: entry, pin: sent })
    }
    return forms ?? NONE
  }
}

function isSame(pin: Pin | undefined, sent: Pin | undefined): boolean {
  return pin === sent || (typeof pin === 'object' && typeof sent === 'object' && pin.join() === sent.join())
}
