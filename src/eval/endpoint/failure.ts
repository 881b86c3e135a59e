/** Why a call has no answer, in words for the person who runs the test. */

/** fatal: no further call can work; block: this prompt cannot be asked. */
export type FailureKind = 'fatal' | 'block'

export class CallFailure extends Error {
  override readonly name = 'CallFailure'
  readonly kind: FailureKind

  constructor(message: string, kind: FailureKind, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

export interface Refusal {
  readonly status: number
  /** The endpoint's own message. */
  readonly said: string
  /** Whether a key was sent. */
  readonly hadKey: boolean
}

/** @param keys the environment variables that may hold the key */
export function refused({ status, said, hadKey }: Refusal, keys: readonly string[]): CallFailure {
  const quoted = said === '' ? '' : `: ${said}`
  if (status === 401 || status === 403) {
    const names = keys.join(' or ')
    const advice = hadKey
      ? `refuses the key (${status}${quoted}); ${names} holds it`
      : `wants a key (${status}${quoted}); set ${names}`
    return new CallFailure(`the endpoint ${advice}`, 'fatal')
  }
  if (status === 404) {
    return new CallFailure(
      `the endpoint knows no such path or model (404${quoted}); see --endpoint and --model`,
      'fatal',
    )
  }
  if (status === 400 || status === 413 || status === 422) {
    return new CallFailure(`the endpoint refuses a question (${status}${quoted})`, 'block')
  }
  const advice = status < 400 || status === 405 ? '; see --endpoint' : ''
  return new CallFailure(`the endpoint fails (${status}${quoted})${advice}`, 'fatal')
}
