/** A way to sign a request: a client's own signer, and a provider that checks what arrived. */

import type { Seen } from '../upstream.ts'

export interface SigningScheme {
  readonly name: string
  /** @returns the request's headers with those of the signature */
  sign(request: Unsigned): Promise<Record<string, string>>
  /** Is the request that arrived the one that was signed? */
  verify(seen: Seen): Promise<boolean>
}

export interface Unsigned {
  readonly method: string
  /** Where the client believes that it sends the request to. */
  readonly url: URL
  /** In lower case; `host` is added. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The value of a header that arrived. */
export function headerOf({ headers }: Seen, name: string): string {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}
