/**
 * Opens a TCP connection to the first of some addresses that answers: "happy eyeballs" (RFC 8305, section 5). Node.js'
 * own gives up an attempt when it starts the next one, so a network slower than its 250 ms is lost; here attempts go on.
 */

import { connect, isIPv6, type Socket } from 'node:net'

/** Before the next address is tried beside the ones under way (RFC 8305, section 8). */
const ATTEMPT_DELAY_MS = 250

/** Probes find a peer that is gone without a word, as long as nothing is under way. */
const KEEP_ALIVE_PROBE_MS = 60_000

/** They say that this machine has no way to an address, not how its owner is. */
const NO_ROUTE: ReadonlySet<string | undefined> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
])

/**
 * @param addresses at least one
 * @throws the signal's reason, or the most telling error of the attempts
 */
export function dial(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const race = new Race(interleave(addresses), port, { resolve, reject })
    signal.addEventListener('abort', () => race.fail(signal.reason as Error), { once: true, signal: race.over })
    if (signal.aborted) race.fail(signal.reason as Error)
    else race.startNext()
  })
}

interface Outcome {
  resolve(socket: Socket): void
  reject(error: Error): void
}

class Race {
  readonly #left: string[]
  readonly #port: number
  readonly #outcome: Outcome
  readonly #running = new Set<Socket>()
  readonly #errors: NodeJS.ErrnoException[] = []
  readonly #over = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(addresses: readonly string[], port: number, outcome: Outcome) {
    this.#left = [...addresses]
    this.#port = port
    this.#outcome = outcome
  }

  /** Aborted when there is a winner or none can come. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  startNext(): void {
    clearTimeout(this.#timer)
    const address = this.#left.shift()
    if (address === undefined) {
      if (this.#running.size === 0) this.fail(mostTelling(this.#errors))
      return
    }
    const socket = connect({
      host: address,
      port: this.#port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    })
    this.#running.add(socket)
    const lose = (error: Error): void => this.#lose(socket, error)
    socket.on('error', lose)
    socket.once('connect', () => {
      // Between this race and its next owner a socket may fail as well. It does not keep the race: 2 KB a connection.
      socket.off('error', lose).on('error', ignoreLate)
      this.#win(socket)
    })
    if (this.#left.length > 0) this.#timer = setTimeout(() => this.startNext(), ATTEMPT_DELAY_MS)
  }

  fail(error: Error): void {
    if (this.#over.signal.aborted) return
    this.#end()
    this.#outcome.reject(error)
  }

  #win(socket: Socket): void {
    this.#running.delete(socket)
    this.#end()
    this.#outcome.resolve(socket)
  }

  #lose(socket: Socket, error: Error): void {
    if (!this.#running.delete(socket)) return
    this.#errors.push(error)
    this.startNext()
  }

  #end(): void {
    this.#over.abort()
    clearTimeout(this.#timer)
    for (const socket of this.#running) socket.destroy()
    this.#running.clear()
  }
}

function ignoreLate(): void {}

/** The families take turns, beginning with the resolver's first (RFC 8305, section 4). */
function interleave(addresses: readonly string[]): string[] {
  const isSixFirst = isIPv6(addresses[0] ?? '')
  const first = addresses.filter((address) => isIPv6(address) === isSixFirst)
  const second = addresses.filter((address) => isIPv6(address) !== isSixFirst)
  const turns = Array.from({ length: Math.max(first.length, second.length) }, (_, turn) => [first[turn], second[turn]])
  return turns.flat().filter((address) => address !== undefined)
}

function mostTelling(errors: readonly NodeJS.ErrnoException[]): Error {
  return errors.find(({ code }) => !NO_ROUTE.has(code)) ?? errors[0] ?? new Error('there is no address to dial')
}
