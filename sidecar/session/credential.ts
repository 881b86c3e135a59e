/** Identifies the account of a call. State that replies leave behind is kept apart by it. */

import { hash } from 'node:crypto'
import { CREDENTIAL_HEADERS } from '../../src/core/dialect/index.ts'

/** 72 bits. */
const CHARS = 12

/** @returns 12 letters of a hash of the headers that may carry a key: the key itself is never kept */
export function credentialOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const values = CREDENTIAL_HEADERS.map((name) => headers[name])
  return hash('sha256', JSON.stringify(values), 'base64').slice(0, CHARS)
}
