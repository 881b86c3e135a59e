/** The last question before a call goes out: undici asks it when a connection is ready to be written to. */

import { DecoratorHandler, type Dispatcher } from 'undici'
import type { KubeCall } from './client.ts'
import { KubeError } from './errors.ts'

/** A process that is frozen at any point before the first byte sends none. */
export function behindFence(dispatcher: Dispatcher, { method, path, fence }: KubeCall): Dispatcher {
  if (fence === undefined) return dispatcher
  const refusal = (): KubeError =>
    new KubeError(`${method} ${path}: not sent, the lease is no longer held`, { status: 0, reason: 'NotLeader' })
  return dispatcher.compose((dispatch) => (options, handler) => dispatch(options, new Fenced(handler, fence, refusal)))
}

class Fenced extends DecoratorHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler
  readonly #isOpen: () => boolean
  readonly #refusal: () => Error

  constructor(handler: Dispatcher.DispatchHandler, isOpen: () => boolean, refusal: () => Error) {
    super(handler)
    this.#handler = handler
    this.#isOpen = isOpen
    this.#refusal = refusal
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: object): void {
    if (this.#isOpen()) this.#handler.onRequestStart?.(controller, context)
    else controller.abort(this.#refusal())
  }
}
