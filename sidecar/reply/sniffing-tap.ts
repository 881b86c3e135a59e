/** Chooses how a reply is read once its first bytes have shown what it is. */

import type { ReplyFacts } from '../../src/core/dialect/index.ts'
import { blanksOf, type Look } from './look.ts'
import type { ReplyTap } from './reply-tap.ts'

export interface SniffingOptions {
  readonly look: Look
  /** A reply that ends before its first bytes have shown what it is. */
  readonly isStreamByDefault: boolean
  readonly isShortened: boolean
  readonly tapFor: (isStream: boolean) => ReplyTap
}

const NOTHING = Buffer.alloc(0)

export class SniffingTap implements ReplyTap {
  readonly isShortened: boolean
  readonly #options: SniffingOptions
  /** Undefined until the reply is known. */
  #tap: ReplyTap | undefined
  /** At most the beginning of a field's name. */
  #held: Buffer = NOTHING

  constructor(options: SniffingOptions) {
    this.#options = options
    this.isShortened = options.isShortened
  }

  get isStream(): boolean {
    return this.#tap?.isStream ?? this.#options.isStreamByDefault
  }

  get takesEvents(): boolean {
    return this.#likely().takesEvents
  }

  get isEnded(): boolean {
    return this.#tap?.isEnded ?? false
  }

  get isFinished(): boolean {
    return this.#tap?.isFinished ?? false
  }

  take(piece: Buffer): readonly Uint8Array[] {
    if (this.#tap !== undefined) return this.#tap.take(piece)
    const head = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    const isStream = this.#options.look(head)
    if (isStream !== undefined) {
      this.#held = NOTHING
      this.#tap = this.#options.tapFor(isStream)
      return this.#tap.take(head)
    }
    const blanks = blanksOf(head)
    this.#held = head.subarray(blanks)
    return blanks === 0 ? [] : [head.subarray(0, blanks)]
  }

  end(): readonly Uint8Array[] {
    if (this.#tap !== undefined) return this.#tap.end()
    this.#tap = this.#likely()
    return [...this.#tap.take(this.#held), ...this.#tap.end()]
  }

  facts(): ReplyFacts | Promise<ReplyFacts> {
    return this.#likely().facts()
  }

  #likely(): ReplyTap {
    return this.#tap ?? this.#options.tapFor(this.#options.isStreamByDefault)
  }
}
