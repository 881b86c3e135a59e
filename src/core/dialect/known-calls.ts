/** Calls that earlier replies made: for results whose call is not in the request (stored responses, threads). */

export interface KnownCalls {
  /** @param callId of a call that a reply to the same account made */
  of(callId: string): KnownCall | undefined
}

export interface KnownCall {
  readonly tool: string
  /** The model made the call itself, and no program at the provider. */
  readonly isDirect: boolean
}
