/** Seals what a reasoning block is bound to, so that the stand-in knows its own blocks without keeping them. */

import { createHmac, timingSafeEqual } from 'node:crypto'

const KEY = 'the key of a stand-in'

/** @param parts without full stops */
export function seal(...parts: readonly string[]): string {
  const text = parts.join('.')
  return `${text}.${macOf(text)}`
}

/** @returns the sealed parts; undefined when the seal is damaged or somebody else's */
export function unseal(sealed: unknown): readonly string[] | undefined {
  const [text = '', mac = ''] = splitLast(String(sealed))
  const expected = macOf(text)
  if (mac.length !== expected.length || !timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return undefined
  return text.split('.')
}

function splitLast(text: string): [string, string] {
  const at = text.lastIndexOf('.')
  return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
}

function macOf(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('base64url')
}
