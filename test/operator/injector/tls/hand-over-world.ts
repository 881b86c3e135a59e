/**
 * A cluster in memory for the hand-over: two replicas that may lead, three that serve, an API server that sees the
 * configuration late, and people who delete, restore and edit. Each reading and each writing is an event of its own.
 */

import { isPublished, type Published } from '../../../../operator/injector/tls/ca-bundle.ts'
import type { CaSecret, SigningAuthority } from '../../../../operator/injector/tls/ca-secret.ts'
import { nextStep, type Step, signerOf, wantedBundle } from '../../../../operator/injector/tls/next-step.ts'

/** Of no unit: only their order matters. */
export const TIMES = { lifeMs: 10_000, leafMs: 2_000, pauseMs: 300 }

/** How long an API server may believe what is no longer published; shorter than the pause. */
const LAG_MS = 250

export type WorldEvent =
  | { readonly do: 'lead' | 'kill' | 'serve'; readonly who: number }
  | { readonly do: 'time'; readonly ms: number }
  | { readonly do: 'restore'; readonly back: number }
  | { readonly do: 'elect' | 'delete secret' | 'spoil secret' }
  /** These take the authority out of the bundle: what fails until it is repaired is no fault of ours. */
  | { readonly do: 'empty bundle' | 'foreign bundle' | 'delete configuration' | 'create configuration' }

interface Versioned<T> {
  readonly version: number
  readonly value: T
}

interface Leader {
  config?: Versioned<readonly Published[]> | undefined
  decided?: { readonly step: Step; readonly secret: Versioned<CaSecret | undefined> } | undefined
  settled?: { readonly bundle: string; readonly sinceMs: number } | undefined
}

interface Replica {
  reading?:
    | { readonly atMs: number; readonly published: readonly Published[]; readonly signer?: SigningAuthority }
    | undefined
  leaf?: { readonly signer: string; readonly notAfterMs: number; readonly renewsAtMs: number } | undefined
}

export class World {
  #nowMs = 1_000_000
  #made = 0
  #version = 0
  #holder = 0
  #restoredAtMs = 0
  #secret: Versioned<CaSecret | undefined> = { version: 0, value: undefined }
  #config: Versioned<readonly Published[]> = { version: 0, value: [] }
  readonly #authorities = new Map<string, SigningAuthority>()
  readonly #backups: (CaSecret | undefined)[] = []
  readonly #history: { readonly atMs: number; readonly published: readonly Published[] }[] = []
  readonly #leaders: [Leader, Leader] = [{}, {}]
  readonly #replicas: [Replica, Replica, Replica] = [{}, {}, {}]
  /** Taken out of the bundle by people, until the API server believes them again. */
  readonly #excused = new Set<string>()
  writes = 0

  constructor() {
    this.#publish('')
  }

  run(event: WorldEvent): void {
    if (event.do === 'lead') this.#lead(event.who)
    else if (event.do === 'serve') this.#serve(event.who)
    else if (event.do === 'kill') this.#leaders[event.who % 2 === 0 ? 0 : 1] = {}
    else if (event.do === 'elect') this.#holder = 1 - this.#holder
    else if (event.do === 'time') this.#nowMs += event.ms
    else if (event.do === 'restore') this.#restore(event.back)
    else if (event.do === 'delete secret') this.#editSecret(undefined)
    else if (event.do === 'spoil secret') this.#editSecret({ previous: [] })
    else this.#tamper(event.do)
  }

  /** @returns the replicas that show a leaf which the API server does not believe */
  unbelieved(): string[] {
    const believed = this.#believed()
    for (const signer of this.#excused) if (believed.every((all) => all.has(signer))) this.#excused.delete(signer)
    return this.#replicas.flatMap(({ leaf }, who) => {
      if (leaf === undefined || leaf.notAfterMs <= this.#nowMs || this.#excused.has(leaf.signer)) return []
      return believed.every((all) => all.has(leaf.signer)) ? [] : [`replica ${who} shows a leaf of ${leaf.signer}`]
    })
  }

  /** Nobody interferes any more, for longer than an authority and one before it take to leave. @returns what is still wrong then */
  calm(): string[] {
    if (this.#config.value.length === 0) this.#publish('')
    for (let tick = 0; tick < 120; tick++) {
      this.#nowMs += 20
      for (let i = 0; i < 12; i++) this.#lead(this.#holder)
      for (let i = 0; i < 9; i++) this.#serve(i % 3)
    }
    const { current } = this.#secret.value ?? {}
    const isWanted = this.#config.value.every(({ text }) => text === wantedBundle(this.#secret.value, this.#nowMs))
    const wrong = this.#replicas.flatMap(({ leaf }, who) =>
      leaf?.signer === current?.fingerprint ? [] : [`replica ${who} shows ${leaf?.signer}`],
    )
    return [
      ...wrong,
      ...(isWanted && current !== undefined && isPublished(this.#config.value, current) ? [] : ['bundle']),
    ]
  }

  #lead(who: number): void {
    const leader = this.#leaders[who % 2 === 0 ? 0 : 1]
    if (leader.config === undefined) {
      leader.config = this.#config
    } else if (leader.decided === undefined) {
      const secret = this.#secret
      const published = leader.config.value
      const settledMs = this.#settledMs(leader, secret.value, published)
      const seen = { secret: secret.value, published, settledMs }
      leader.decided = { step: nextStep(seen, this.#nowMs, TIMES), secret }
    } else {
      if (who % 2 === this.#holder) this.#write(leader.config, leader.decided)
      leader.config = undefined
      leader.decided = undefined
    }
  }

  #settledMs(leader: Leader, secret: CaSecret | undefined, published: readonly Published[]): number {
    const bundle = wantedBundle(secret, this.#nowMs)
    if (published.length === 0 || published.some(({ text }) => text !== bundle)) leader.settled = undefined
    else if (leader.settled?.bundle !== bundle) leader.settled = { bundle, sinceMs: this.#nowMs }
    return leader.settled === undefined ? 0 : this.#nowMs - leader.settled.sinceMs
  }

  /** Both are refused where another version is stored than was read. */
  #write(config: Versioned<readonly Published[]>, { step, secret }: NonNullable<Leader['decided']>): void {
    const wasAlone = this.#isNobodyBelieved()
    const before = this.writes
    if (step.do === 'publish' && config.version === this.#config.version && config.value.length > 0) {
      this.writes++
      this.#publish(step.bundle)
    }
    if (step.do === 'write' && secret.version === this.#secret.version) {
      this.writes++
      this.#store(step.mint === undefined ? step.secret : { ...step.secret, [step.mint]: this.#mint() })
    }
    // Where nobody was believed, a first leaf takes nothing away.
    const { current } = this.#secret.value ?? {}
    if (wasAlone && this.writes > before && current !== undefined) this.#excused.add(current.fingerprint)
  }

  #isNobodyBelieved(): boolean {
    return !this.#config.value.some(({ authorities }) => authorities.some((one) => this.#nowMs < one.notAfterMs))
  }

  #serve(who: number): void {
    const replica = this.#replicas[who % 3] ?? {}
    if (replica.reading === undefined) {
      replica.reading = { atMs: this.#nowMs, published: this.#config.value }
      return
    }
    const { atMs, published, signer: found } = replica.reading
    if (found === undefined) {
      const signer = signerOf(this.#secret.value, published, atMs)
      const isDue = signer?.fingerprint !== replica.leaf?.signer || this.#nowMs >= (replica.leaf?.renewsAtMs ?? 0)
      replica.reading = signer !== undefined && isDue ? { ...replica.reading, signer } : undefined
      return
    }
    replica.reading = undefined
    const signer = isPublished(this.#config.value, found) ? found : undefined
    if (signer === undefined) return
    const notAfterMs = Math.min(atMs + TIMES.leafMs, signer.notAfterMs)
    replica.leaf = { signer: signer.fingerprint, notAfterMs, renewsAtMs: atMs + ((notAfterMs - atMs) * 2) / 3 }
  }

  #mint(): SigningAuthority {
    const name = `ca${++this.#made}`
    const notAfterMs = this.#nowMs + TIMES.lifeMs
    const authority = { pem: `${name};`, fingerprint: name, notBeforeMs: this.#nowMs, notAfterMs, key: 'key' }
    this.#authorities.set(name, authority)
    return authority
  }

  #store(value: CaSecret | undefined): void {
    this.#secret = { version: ++this.#version, value }
    this.#backups.push(value)
  }

  /**
   * Not twice within the life of a leaf: a backup that retires an authority which the one before had brought back names
   * a time that has passed.
   */
  #restore(back: number): void {
    if (this.#nowMs < this.#restoredAtMs + TIMES.leafMs + TIMES.pauseMs) return
    this.#restoredAtMs = this.#nowMs
    const backup = this.#backups.at(-1 - (back % Math.max(1, this.#backups.length)))
    // Where API servers have only just been told of it, no pause is kept: a person's doing.
    const signer = backup?.current?.fingerprint
    if (signer !== undefined && !this.#believed().every((all) => all.has(signer))) this.#excused.add(signer)
    this.#editSecret(backup)
  }

  /** Two objects have no common version: a person's write between a leader's reading and writing cannot be told. */
  #editSecret(value: CaSecret | undefined): void {
    for (const leader of this.#leaders) leader.decided = undefined
    this.#store(value)
  }

  #publish(text: string): void {
    const authorities = text.split(';').flatMap((name) => this.#authorities.get(name) ?? [])
    this.#replaceConfig(['a', 'b'].map((webhook) => ({ webhook, text, authorities })))
  }

  #replaceConfig(published: readonly Published[]): void {
    this.#config = { version: ++this.#version, value: published }
    this.#history.push({ atMs: this.#nowMs, published })
  }

  #tamper(how: 'empty bundle' | 'foreign bundle' | 'delete configuration' | 'create configuration'): void {
    for (const signer of this.#authorities.keys()) this.#excused.add(signer)
    const isThere = this.#config.value.length > 0
    if (how === 'delete configuration') this.#replaceConfig([])
    else if (how === 'create configuration' || isThere) this.#publish(how === 'foreign bundle' ? this.#mint().pem : '')
  }

  /** What the API server may believe at this moment, by webhook, in all versions that it may still see. */
  #believed(): ReadonlySet<string>[] {
    const late = this.#history.findLastIndex(({ atMs }) => atMs <= this.#nowMs - LAG_MS)
    return this.#history
      .slice(Math.max(0, late))
      .flatMap(({ published }) => published)
      .map(({ authorities }) => new Set(authorities.map(({ fingerprint }) => fingerprint)))
  }
}
