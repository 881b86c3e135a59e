/** The forms of all results that this process has sent: hashes and format numbers, never content. Bounded. */

import type { Pin } from './decide.ts'
import { type PinKey, PinTable } from './pin-table.ts'

const AS_CAME = 1
const UNPINNED = 2
const FIRST_FORM = 3
/** Agents' results come in a dozen forms; all that exist together would be some hundred. */
const MAX_FORMS = 256 - FIRST_FORM

export class Pins {
  /** Was a user's text ever sent in a form of ours? Most policies never allow it, and its texts need no pin then. */
  holdsObservations = false
  readonly #table: PinTable
  /** Each form once: a pin holds its index. */
  readonly #forms: (readonly number[])[] = []
  readonly #valueOfForm = new Map<number, number>()
  #isKeeping = false

  /** @param maxBytes as for `PinTable` */
  constructor(maxBytes?: number) {
    this.#table = new PinTable(maxBytes)
  }

  get size(): number {
    return this.#table.size
  }

  get bytes(): number {
    return this.#table.bytes
  }

  /** Was any result sent in a form of ours? */
  get hasForms(): boolean {
    return this.#isKeeping
  }

  get(key: PinKey): Pin | undefined {
    const value = this.#table.get(key)
    if (value === undefined) return undefined
    if (value === AS_CAME) return 'as-came'
    return value === UNPINNED ? 'unpinned' : this.#forms[value - FIRST_FORM]
  }

  /** The same form, as `get` returns it; undefined where none can be held: there is room for some hundred different ones. */
  held(form: readonly number[]): readonly number[] | undefined {
    const value = this.#valueOf(form)
    return value === undefined ? undefined : this.#forms[value - FIRST_FORM]
  }

  /** A form that cannot be held is forgotten. */
  set(key: PinKey, pin: Pin): void {
    const value = this.#valueOf(pin)
    if (value !== undefined) this.#table.set(key, value)
  }

  /** From now on every result that is held is sent as it came. */
  unpin(): void {
    this.#table.fill(UNPINNED)
    this.#isKeeping = false
  }

  #valueOf(pin: Pin): number | undefined {
    if (pin === 'as-came') return AS_CAME
    if (pin === 'unpinned') return UNPINNED
    this.#isKeeping = true
    const name = nameOf(pin)
    const known = this.#valueOfForm.get(name)
    if (known !== undefined || this.#forms.length === MAX_FORMS) return known
    const value = FIRST_FORM + this.#forms.push(pin) - 1
    this.#valueOfForm.set(name, value)
    return value
  }
}

/** At most four numbers of a byte each, none of them 0: looking one up puts no text together. */
function nameOf(form: readonly number[]): number {
  let name = 0
  for (const number of form) name = 256 * name + number
  return name
}
