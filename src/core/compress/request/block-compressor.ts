/** Compresses the blocks of one request in order: each by itself first, then by references to earlier blocks. */

import { type Block, blockBytes, type RequestFacts } from '../../dialect/index.ts'
import type { JsonTape, Splice } from '../../json/index.ts'
import { isSteps, type Soon, type Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import { type BlockResult, compressingBlock, type PlansFor } from '../block/compress-block.ts'
import { compressingAcross } from '../earlier/compress-across.ts'
import { ReachableBlocks } from '../earlier/reachable-blocks.ts'
import { formatsOf, hasFormats, reachOf } from '../formats.ts'
import { hintOf } from '../kinds/hint.ts'
import type { Hint } from '../kinds/kind.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { Memory } from '../memory/memory.ts'
import type { BilledText } from '../memory/span-text.ts'
import type { SentBlock, Turn } from '../memory/turn.ts'
import { acrossOf, plansFor, techniquesOf } from '../profiles.ts'
import { Budget } from './budget.ts'
import { keepForm, keptResult } from './keep-form.ts'
import type { Choice, RequestForms } from './request-forms.ts'
import { SentSource } from './sent-source.ts'
import type { CompressionSettings } from './settings.ts'

type Changed = Extract<BlockResult, { status: 'changed' }>

/** What the blocks of one request share. */
export interface RequestParts {
  readonly tape: JsonTape
  readonly facts: Pick<RequestFacts, 'blocks' | 'context' | 'session'>
  readonly counter: TokenCounter
  readonly memory: Memory
  /** The forms that the conversation was sent in before; undefined: every block gets the policy's form. */
  readonly forms: RequestForms | undefined
}

/** A block, and what is known of it. */
interface Arrived {
  readonly block: Block
  readonly text: BilledText
  readonly choice: Choice
  /** What became of it in the turn before, after the same blocks. */
  readonly known: SentBlock | undefined
  /** Identifies the blocks before it. */
  readonly before: string
}

export class BlockCompressor {
  readonly #settings: CompressionSettings
  readonly #tape: JsonTape
  readonly #counter: TokenCounter
  readonly #memory: Memory
  readonly #forms: RequestForms | undefined
  readonly #budget: Budget
  readonly #blocks: ReachableBlocks
  /** Blocks are indexed only where something may refer to them. */
  readonly #isIndexing: boolean
  readonly #turn: Pick<Turn, 'profile' | 'reach'>
  readonly #sent: SentBlock[] = []

  constructor(settings: CompressionSettings, { tape, facts, counter, memory, forms }: RequestParts) {
    this.#settings = settings
    this.#tape = tape
    this.#counter = counter
    this.#memory = memory
    this.#forms = forms
    this.#budget = new Budget(
      techniquesOf(settings.profile).length + (acrossOf(settings.profile) === undefined ? 0 : 1),
    )
    this.#blocks = new ReachableBlocks(facts, () => memory.forget())
    this.#isIndexing =
      acrossOf(settings.profile) !== undefined || facts.blocks.some((block) => isReferring(block, forms))
    this.#turn = { profile: settings.profile, reach: this.#isIndexing ? this.#blocks.reach : undefined }
  }

  /** Will `compress` ask for the tokens of this block? */
  mayTry(block: Block): boolean {
    return block.end - block.start <= MAX_BLOCK_BYTES && this.#budget.isLeft && isEligible(block, this.#settings)
  }

  /**
   * Must be called for every block of the request, oldest first.
   * @returns undefined for a block that is not tried; the steps to a result that is not known
   */
  compress(block: Block, text: BilledText): Soon<BlockResult | undefined> {
    if (this.#isIndexing) this.#blocks.enter(block)
    const before = this.#memory.chain
    const known = this.#memory.sentBefore(block, this.#sent.length, this.#turn)
    const choice = this.#forms?.of(block) ?? 'policy'
    const arrived = { block, text, choice, known, before }
    const made = this.#resultOf(arrived)
    return isSteps(made) ? this.#making(arrived, made) : this.#send(arrived, made)
  }

  *#making(arrived: Arrived, steps: Steps<BlockResult | undefined>): Steps<BlockResult | undefined> {
    return this.#send(arrived, yield* steps)
  }

  #send({ block, text, choice, known, before }: Arrived, made: BlockResult | undefined): BlockResult | undefined {
    const { result, formats } = this.#settled(block, choice, made)
    const again = known?.result === result ? known : undefined
    const sent: SentBlock = {
      block,
      digest: this.#memory.digestOf(block),
      choice,
      formats,
      made: choice === 'policy' ? made : undefined,
      result,
      before,
      name: undefined,
      after: before,
      print: again?.print,
      bytes: again?.bytes,
    }
    const indexed = this.#isIndexing ? this.#index(sent, text, again) : sent
    // The same object lives on from turn to turn: a new one each time would grow old, and be garbage then.
    this.#sent.push(again !== undefined && isSameSent(again, indexed) ? again : indexed)
    return result
  }

  /** For the block that was compressed last, to another text. */
  get splice(): Splice {
    const sent = this.#sent.at(-1) as SentBlock
    const { block } = sent
    const { text, literal } = sent.result as Changed
    sent.bytes ??= (block.isNested === true ? undefined : literal) ?? blockBytes(block, text)
    return { start: block.start, end: block.end, bytes: sent.bytes }
  }

  /** Keeps what became of the blocks for the next request. */
  remember(): void {
    this.#memory.rememberTurn(this.#turn, this.#sent)
  }

  /** @param again the same block with the same result, after the same blocks, in the turn before */
  #index(sent: SentBlock, text: BilledText, again: SentBlock | undefined): SentBlock {
    const source = new SentSource(again ?? sent, text, this.#memory)
    const name = this.#blocks.add(sent.block, source)
    if (name === undefined) return sent
    if (again?.name === name) this.#memory.followAgain(again.after)
    else this.#memory.follow(name, source.content)
    return Object.assign(sent, { name, after: this.#memory.chain })
  }

  #resultOf({ block, text, choice, known }: Arrived): Soon<BlockResult | undefined> {
    // Charged in any case: what later blocks may take does not depend on what is remembered.
    const isTried = (choice === 'other' || block.isKeptOnly !== true) && this.#isTried(block, text)
    if (choice === 'as-came') return undefined
    if (typeof choice !== 'string') {
      const isKnown = isSameForm(known?.formats, choice) && this.#followsChain(choice)
      return isKnown ? known?.result : this.#keep(block, text, choice)
    }
    if (!isTried) return undefined
    const made = choice === 'policy' ? known?.made : undefined
    return made === undefined || made.status === 'failopen' ? this.#try(block, text) : made
  }

  /** A form of the policy's is sent where it can be remembered: another one could not be sent again. */
  #settled(block: Block, choice: Choice, made: BlockResult | undefined): Pick<SentBlock, 'result' | 'formats'> {
    if (typeof choice !== 'string') return { result: made, formats: made?.status === 'changed' ? choice : undefined }
    if (this.#forms === undefined || made?.status !== 'changed') return { result: made, formats: undefined }
    const formats = this.#formatsOf(made)
    const isSent = formats !== undefined && this.#forms.rewritten(block, formats)
    return isSent ? { result: made, formats } : { result: { status: 'refused' }, formats: undefined }
  }

  #isTried(block: Block, { tokens }: BilledText): boolean {
    return this.mayTry(block) && tokens >= this.#settings.minTokens && this.#budget.take(block.end - block.start)
  }

  #try(block: Block, text: BilledText): Soon<BlockResult> {
    const hint = hintOf(this.#tape, block)
    const question = this.#question(hint)
    return this.#memory.known(this.#kind, question, text) ?? this.#encode(text, hint, question)
  }

  *#encode(text: BilledText, hint: Hint, question: string): Steps<BlockResult> {
    const { profile } = this.#settings
    const counter = this.#counter
    const plans: PlansFor = (some) => plansFor(profile, kindOf(some, hint))
    const alone = (): Steps<BlockResult> =>
      this.#memory.alone(question, text, () => compressingBlock(text.text, plans, counter))
    const technique = acrossOf(profile)
    if (technique === undefined) return yield* alone()
    const across = { technique, earlier: this.#blocks.of(this.#blocks.reach), counter }
    return yield* this.#memory.across(question, text, () => compressingAcross(text.text, alone, across))
  }

  get #kind(): 'alone' | 'across' {
    return acrossOf(this.#settings.profile) === undefined ? 'alone' : 'across'
  }

  #question({ isFile, isRead }: Hint): string {
    return `${this.#settings.profile}|${isFile ? 'file' : ''}|${isRead ? 'read' : ''}`
  }

  get #references(): Parameters<typeof formatsOf>[1] {
    return { vocabulary: this.#counter.vocabulary, reach: this.#blocks.reach }
  }

  #formatsOf(result: Changed): readonly number[] | undefined {
    return formatsOf(result, this.#references)
  }

  /** The block in the formats `numbers`. The policy's result is taken where it is known and the same. */
  #keep(block: Block, text: BilledText, numbers: readonly number[]): Soon<BlockResult> {
    const known = this.#memory.known(this.#kind, this.#question(hintOf(this.#tape, block)), text)
    if (known?.status === 'changed' && hasFormats(known, numbers, this.#references)) return known
    return this.#keepAgain(text, numbers)
  }

  *#keepAgain(text: BilledText, numbers: readonly number[]): Steps<BlockResult> {
    const encode = (): Steps<BlockResult> => this.#encodeAgain(text, numbers)
    const question = `kept ${numbers.join('.')}`
    if (reachOf(numbers) === undefined) return yield* this.#memory.alone(question, text, encode)
    return yield* this.#followsChain(numbers) ? this.#memory.across(question, text, encode) : encode()
  }

  /** Does the form follow from the text and the chain? Not one whose references reach blocks that the chain has forgotten. */
  #followsChain(numbers: readonly number[]): boolean {
    const reach = reachOf(numbers)
    return reach === undefined || reach === this.#blocks.reach
  }

  *#encodeAgain({ text }: BilledText, numbers: readonly number[]): Steps<BlockResult> {
    yield
    const context = { blocks: this.#blocks, forms: this.#forms as RequestForms }
    const steps = keepForm(text, numbers, context)
    return steps === undefined ? { status: 'failopen' } : yield* keptResult(text, steps, this.#counter)
  }
}

function isSameForm(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a === b || (a?.length === b.length && a.every((number, at) => number === b[at]))
}

/** Says the second one nothing that the first one does not say? @param a with the same result, after the same blocks */
function isSameSent(a: SentBlock, b: SentBlock): boolean {
  return (
    a.block === b.block &&
    a.digest === b.digest &&
    a.made === b.made &&
    a.name === b.name &&
    a.after === b.after &&
    isSameChoice(a.choice, b.choice) &&
    isSameChoice(a.formats ?? '', b.formats ?? '')
  )
}

function isSameChoice(a: Choice | '', b: Choice | ''): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && isSameForm(a, b))
}

/** Was it sent with a reference to an earlier block? */
function isReferring(block: Block, forms: RequestForms | undefined): boolean {
  const choice = forms?.of(block) ?? 'policy'
  return typeof choice !== 'string' && reachOf(choice) !== undefined
}

function isEligible({ kind, tool }: Block, settings: CompressionSettings): boolean {
  return (
    (kind === 'tool-result' || settings.userText === 'Observations') &&
    (tool === undefined || !settings.isExcludedTool(tool))
  )
}
