/** Identifies the account of a call. State that replies leave behind is kept apart by it. */

import { hash } from 'node:crypto'
import { CREDENTIAL_HEADERS } from '../../src/core/dialect/index.ts'

/** 72 bits. */
const CHARS = 12

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** A JSON Web Token (RFC 7519); its payload is the middle part. */
const TOKEN = /^Bearer\s+[\w-]+\.([\w-]+)\.[\w-]*$/i

/**
 * A token that is renewed while a conversation lasts counts by its issuer and subject. It is the provider that checks it:
 * a forged one names another account here, and is refused there.
 * @returns 12 letters of a hash of the headers that may carry a key: the key itself is never kept
 */
export function credentialOf(headers: Headers): string {
  // The JSON text of the list of values, put together by hand: a list and a closure for each call cost as much as the hash.
  let json = ''
  for (const name of CREDENTIAL_HEADERS) {
    const value = headers[name]
    json += `${json === '' ? '[' : ','}${value === undefined ? 'null' : JSON.stringify(stablePart(value))}`
  }
  return hash('sha256', `${json}]`, 'base64').slice(0, CHARS)
}

function stablePart(value: string | string[]): unknown {
  const payload = typeof value === 'string' ? TOKEN.exec(value)?.[1] : undefined
  return payload === undefined ? value : (holderOf(payload) ?? value)
}

function holderOf(payload: string): readonly string[] | undefined {
  try {
    const { iss, sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss?: unknown; sub?: unknown }
    return typeof iss === 'string' && typeof sub === 'string' ? [iss, sub] : undefined
  } catch {
    return undefined
  }
}
