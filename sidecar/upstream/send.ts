/** Sends one request upstream and passes its reply on at once: budgets, back-pressure, abort, the keep-alive race. */

import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type ErrorCode, M2MError } from '../../src/core/errors.ts'
import type { Provider } from '../../src/core/policy/index.ts'
import { type BodyEnd, bodyEndOf, isEncodedForTransfer } from './body-end.ts'
import { BUDGETS, type Budget } from './budgets.ts'
import { HeldReply } from './held-reply.ts'
import type { Pools } from './pools.ts'
import type { Refusal, ReplySink } from './reply.ts'
import type { Connection } from './socket/connection.ts'
import { type SocketUser, watchSocket } from './socket/watch-socket.ts'
import { isConnectionLost, type Progress, upstreamError } from './upstream-error.ts'

export interface UpstreamRequest {
  readonly provider: Provider
  readonly method: string
  /** Path with its query. */
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** Name to ask for in TLS: the same in each call to a provider. Undefined for an address, and without TLS. */
  readonly servername: string | undefined
  readonly body: Uint8Array | StreamedBody | null
  /** Asked when the provider refuses `body`; undefined: a refusal is passed on. Let go when the reply begins. */
  again: SecondBody | undefined
  /** The provider takes it a single time: it never goes out on a socket that may be closed under us. */
  readonly isOnce: boolean
}

/** A body that is sent as it arrives. */
export interface StreamedBody {
  /** It can be opened once more. */
  readonly isKept: boolean
  /** The body from its first byte on. */
  open(): Readable
  /** It is not sent a second time. */
  forget(): void
}

/** The body of one more attempt; undefined: the refusal is the caller's. */
export type SecondBody = (refusal: Refusal) => Promise<Uint8Array | undefined>

/** Bad request, unprocessable content: the replies to a body that a server does not take. Such a call is not billed. */
const REFUSED: ReadonlySet<number> = new Set([400, 422])

export interface Sending {
  /** 1, plus 1 after a keep-alive race, plus 1 after a refusal that had a second body. */
  readonly attempts: number
  /** Closes the upstream connection at once; the sink is not called again. */
  abort(): void
  /** Lets a paused reply flow again. */
  resume(): void
}

export function send(pools: Pools, request: UpstreamRequest, sink: ReplySink): Sending {
  const exchange = new Exchange(pools, request, sink)
  exchange.dispatch()
  return exchange
}

/** One object per call is undici's handler, its timers' argument and its caller's handle: no closures on the hot path. */
class Exchange implements Sending, SocketUser, Progress, Dispatcher.DispatchHandler {
  attempts = 0
  connection: Connection | undefined
  bodyEnd: BodyEnd | undefined
  #isSocketReused = false
  readonly #pools: Pools
  readonly #request: UpstreamRequest
  readonly #sink: ReplySink
  #body: UpstreamRequest['body']
  /** A refusal while it is read. */
  #held: HeldReply | undefined
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #isSent = false
  #isBodyBegun = false
  #isOver = false
  /** First-byte budget, then idle budget. */
  #silence: NodeJS.Timeout | undefined
  readonly #total: NodeJS.Timeout | undefined

  constructor(pools: Pools, request: UpstreamRequest, sink: ReplySink) {
    this.#pools = pools
    this.#request = request
    this.#body = request.body
    this.#sink = sink
    this.#total = this.#start('total')
  }

  dispatch(): void {
    const { provider, method, path, headers, servername, isOnce } = this.#request
    const pool = this.attempts === 0 && !isOnce ? this.#pools.kept(provider) : this.#pools.fresh(provider)
    this.attempts++
    // Undici's types leave `servername` out.
    const body = isStreamed(this.#body) ? this.#body.open() : this.#body
    const options: Dispatcher.DispatchOptions & { servername: string | undefined } = {
      method,
      path,
      headers,
      servername,
      body,
    }
    pool.dispatch(options, this)
  }

  abort(): void {
    if (this.#isOver) return
    this.#settle()
    this.#controller?.abort(new M2MError('the caller went away', { code: 'CALLER_GONE' }))
  }

  resume(): void {
    if (this.#isOver || !this.#controller?.paused) return
    this.#silence = this.#start('idle')
    this.#controller.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Aborted while the connection was being made.
    if (this.#isOver) controller.abort(new M2MError('the call is over', { code: 'CALLER_GONE' }))
    else watchSocket(this)
  }

  useSocket(connection: Connection, isReused: boolean): void {
    this.connection = connection
    this.#isSocketReused = isReused
    if (!isReused) this.#forgetBody()
  }

  onRequestSent(): void {
    this.#isSent = true
    if (!this.#isOver && !this.#isBodyBegun) this.#silence = this.#start('firstByte')
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (status < 200 || this.#isOver) return
    this.bodyEnd = bodyEndOf(headers)
    this.connection?.endHead()
    this.#forgetBody()
    if (isEncodedForTransfer(headers)) {
      this.#fail(this.#error('UPSTREAM_REPLY_INVALID', 'its reply has a transfer-encoding that nobody asked for'))
      return
    }
    const rawHeaders = (controller.rawHeaders ?? []) as readonly Buffer[]
    const head = { status, statusMessage: statusMessage ?? '', rawHeaders }
    this.#status = status
    if (this.#request.again !== undefined && REFUSED.has(status)) {
      this.#held = new HeldReply(head)
      return
    }
    // It holds the bytes of the request, and the reply may last minutes.
    this.#request.again = undefined
    this.#sink.start(head)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.connection?.touch()
    if (this.#isBodyBegun) this.#silence?.refresh()
    else this.#beginBody()
    if (this.#held?.keep(chunk)) return
    const hadRoom = this.#passHeld()
    if ((this.#sink.data(chunk) && hadRoom) || this.#isOver) return
    controller.pause()
    // A slow reader is not a silent upstream.
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  onResponseEnd(): void {
    // Undici closes the connection of a stream that is not sent whole, and ends the stream with it.
    if (!isStreamed(this.#body)) this.connection?.closeIfSending()
    if (this.#isSent) this.connection?.closeIfOld()
    if (this.#isOver) return
    if (this.#isCutByReset()) {
      this.#fail(this.#error('UPSTREAM_CLOSED', 'it reset the connection in the middle of its reply'))
    } else if (this.#held === undefined) this.#end()
    else void this.#answerRefusal(this.#held)
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isOver) return
    if (this.#isKeepAliveRace(error)) this.#sendAgain()
    else this.#fail(upstreamError(this.#request.provider.name, error, this))
  }

  expire(budget: Budget): void {
    const { code, reason } = BUDGETS[budget]
    this.#fail(this.#error(code, reason))
  }

  #beginBody(): void {
    this.#isBodyBegun = true
    clearTimeout(this.#silence)
    this.#silence = this.#start('idle')
  }

  async #answerRefusal({ refusal }: HeldReply): Promise<void> {
    clearTimeout(this.#silence)
    const body = await this.#request.again?.(refusal).catch(() => undefined)
    this.#request.again = undefined
    if (this.#isOver) return
    if (body === undefined) {
      this.#passHeld()
      this.#end()
      return
    }
    this.#held = undefined
    this.#body = body
    this.#sendAgain()
  }

  /** Passes on what was held back. @returns false when the caller has no room */
  #passHeld(): boolean {
    const held = this.#held
    this.#held = undefined
    return held?.passTo(this.#sink) ?? true
  }

  #sendAgain(): void {
    clearTimeout(this.#silence)
    this.#controller = undefined
    this.connection = undefined
    this.bodyEnd = undefined
    this.#isSent = false
    this.#isBodyBegun = false
    this.dispatch()
  }

  #end(): void {
    this.#settle()
    this.#sink.end()
  }

  #fail(error: M2MError): void {
    this.#held = undefined
    this.#settle()
    this.#controller?.abort(error)
    this.#sink.fail(error)
  }

  #error(code: ErrorCode, reason: string): M2MError {
    return new M2MError(`provider ${this.#request.provider.name}: ${reason}`, { code })
  }

  /**
   * The provider closed an idle connection while we wrote to it, or before: with no byte of reply, it has not begun the
   * request. Undici also fails requests that wait for an idle connection when that one breaks.
   */
  #isKeepAliveRace(error: Error): boolean {
    if (this.attempts > 1 || !isConnectionLost(error)) return false
    const isUntouched = this.connection === undefined || (this.#isSocketReused && !this.connection.hasReplied)
    return isUntouched && (!isStreamed(this.#body) || this.#body.isKept)
  }

  /**
   * A body that the close of its connection ends is whole "unless an error was indicated" (RFC 9112, 8). A refusal is: the
   * server that does not read the rest of a request resets its connection.
   */
  #isCutByReset(): boolean {
    return this.bodyEnd === 'close' && this.#status < 400 && this.connection?.isReset === true
  }

  #forgetBody(): void {
    if (isStreamed(this.#body)) this.#body.forget()
  }

  #start(budget: Budget): NodeJS.Timeout | undefined {
    const ms = this.#request.provider.timeouts[BUDGETS[budget].field]
    return ms === 0 ? undefined : setTimeout(expire, ms, this, budget)
  }

  #settle(): void {
    this.#isOver = true
    clearTimeout(this.#silence)
    clearTimeout(this.#total)
  }
}

function expire(exchange: Exchange, budget: Budget): void {
  exchange.expire(budget)
}

function isStreamed(body: UpstreamRequest['body']): body is StreamedBody {
  return body !== null && 'open' in body
}
