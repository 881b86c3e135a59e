/** The pins of this sidecar: in memory always, on a volume where one is given. */

import type { Logger } from 'pino'
import {
  isSwitch,
  type PinRecord,
  type PinScope,
  Pins,
  type SentForm,
  type Switch,
  scopeOf,
} from '../../src/core/pins/index.ts'
import { type StateFile, StateFiles } from './state-files.ts'

export class PinStore {
  readonly pins: Pins
  readonly #log: Logger
  readonly #files: StateFiles | undefined
  #hasWarned = false
  /** Of the last call's account: a pod has few, and each takes a hash. */
  #latest = { account: '', session: '', scope: scopeOf('', '') }
  /** The policy's switch, as it was last seen. */
  #isUnpinned = false

  /**
   * @param dir a folder that other processes may share; undefined: the pins end with the process
   * @param maxBytes of the pins in memory
   */
  constructor(dir: string | undefined, log: Logger, maxBytes?: number) {
    this.pins = new Pins(maxBytes)
    this.#log = log
    const beginning = (): readonly PinRecord[] => (this.#isUnpinned ? [switchNow('policy-unpinned')] : [])
    this.#files = dir === undefined ? undefined : new StateFiles(dir, { log, beginning })
    const files = this.#files?.open() ?? []
    this.#take(files)
    this.#isUnpinned = isUnpinnedBy(files)
    if (this.pins.size > 0) log.info({ forms: this.pins.size }, 'the forms of earlier conversations are known')
  }

  /** Was any result sent in a form of ours, here or by a process that shares the volume? */
  get mayKeepForms(): boolean {
    return this.pins.hasForms || this.#files !== undefined
  }

  /** Do the texts of users need pins? On a volume nobody knows. */
  get mayKeepObservations(): boolean {
    return this.pins.holdsObservations || this.#files !== undefined
  }

  /** @param session the caller's own name for the conversation; empty without one */
  scopeOf(account: string, session: string): PinScope {
    if (this.#latest.account !== account || this.#latest.session !== session) {
      this.#latest = { account, session, scope: scopeOf(account, session) }
    }
    return this.#latest.scope
  }

  /** Must be called before a request is sent: what is remembered afterwards may be lost. */
  remember(forms: readonly SentForm[]): void {
    for (const { key, pin } of forms) this.pins.set(key, pin)
    this.#files?.append(forms)
  }

  /** Learns what other processes remember. @returns whether there was anything new */
  refresh(): boolean {
    const files = this.#files?.refresh() ?? []
    this.#take(files)
    return files.length > 0
  }

  /** Every conversation that is under way is sent as it came from now on: each breaks once, and no refusal is healed. */
  unpin(by: 'unpin' | 'policy-unpin' = 'unpin'): { readonly results: number } {
    const results = this.pins.size
    this.pins.unpin()
    this.#files?.append([switchNow(by)])
    this.#log.warn(
      { results, by },
      'unpinned: earlier results are sent as they came; each live conversation breaks once',
    )
    return { results }
  }

  /** Says once that another process has served a conversation before. */
  warnOfUnknown(): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#log.warn(
      'a conversation with reasoning came whose earlier results were not sent from here: they are sent as they came, and in ' +
        "the other form if the provider refuses that. M2M_STATE_DIR lets sidecars know each other's conversations " +
        '(docs/conversations.md)',
    )
  }

  /** Follows the policy's `compression.unpin`: it counts at the moment when it is switched on. */
  follow(isUnpinned: boolean): void {
    if (isUnpinned === this.#isUnpinned) return
    this.#isUnpinned = isUnpinned
    if (isUnpinned) this.unpin('policy-unpin')
    else this.#files?.append([switchNow('policy-pin')])
  }

  close(): void {
    this.#files?.close()
  }

  #take(files: readonly StateFile[]): void {
    const moments = files.map(({ switches }) => switches.findLast(isUnpinning)?.at ?? 0)
    for (const [nth, { switches, writtenAt, read }] of files.entries()) {
      // A process that unpins has read the files of those before it. It unpins their results as well as its own.
      const isUnpinnedByOther = moments.some((moment, other) => other !== nth && moment >= writtenAt)
      let unpinnings = isUnpinnedByOther ? Number.POSITIVE_INFINITY : switches.filter(isUnpinning).length
      read((record) => {
        if (!isSwitch(record)) this.pins.set(record.key, unpinnings > 0 ? 'unpinned' : record.pin)
        else if (isUnpinning(record)) unpinnings--
      })
    }
  }
}

function switchNow(name: Switch['name']): Switch {
  return { name, at: Date.now() }
}

function isUnpinning({ name }: Switch): boolean {
  return name === 'unpin' || name === 'policy-unpin'
}

/** Was the policy's switch on when it was seen last? Then a restart does not turn it on again. */
function isUnpinnedBy(files: readonly StateFile[]): boolean {
  const switches = files.flatMap((file) => file.switches).filter(({ name }) => name !== 'unpin')
  const last = switches.toSorted((a, b) => a.at - b.at).at(-1)
  return last !== undefined && last.name !== 'policy-pin'
}
