/**
 * V8 keeps a text at two bytes a character from its first character beyond Latin-1 on. Esbuild escapes such characters in
 * strings; this does so in patterns and raw templates, before esbuild reads them.
 */

import { readFile } from 'node:fs/promises'
import type { OutputFile, Plugin } from 'esbuild'

const WIDE = /[^\0-\xFF]/g

/** Behind a backslash an escape would mean something else. */
const AFTER_BACKSLASH = /\\[^\0-\xFF]/

export const oneByteText: Plugin = {
  name: 'one-byte-text',
  setup({ onLoad }) {
    onLoad({ filter: /\/(?:src|sidecar)\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (AFTER_BACKSLASH.test(text)) throw new Error(`${path}: write \\u.... for the character behind the backslash`)
      return { loader: 'ts', contents: text.replace(WIDE, escapeOf) }
    })
  },
}

/** @throws Error for a text that V8 would keep at two bytes a character */
export function checkOneByte({ path, text }: OutputFile): void {
  const wide = text.match(WIDE)?.[0]
  if (wide !== undefined) throw new Error(`${path}: ${wide} costs one byte for each character of this file`)
}

/** A pattern's or a string's escape of one UTF-16 unit. */
function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
