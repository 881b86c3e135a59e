/** Files and diffs that other people wrote: shown by a shell, they keep every letter. They are those of our packages. */

import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compressRequest } from '../../../../src/core/compress/index.ts'
import { PROFILE_NAMES } from '../../../../src/core/modes.ts'
import { exactCounter } from '../../../support/counters.ts'
import { enforce, readChat, toolResultsOf } from '../requests.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const SOURCES = '{ts,mts,js,mjs,cjs,json,yml,yaml,css,sh,toml,proto}'
const MAX_BYTES = 40_000

/** Files of a readable size, in an order that is the same for the same packages and mixes them. */
const files = globSync(`node_modules/**/*.${SOURCES}`, { cwd: ROOT })
  .filter((file) => !/\.min\.|\.map$/.test(file) && isReadable(join(ROOT, file)))
  .sort((a, b) => (hash('md5', a) < hash('md5', b) ? -1 : 1))

const sources = files
  .slice(0, 600)
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .filter((text) => text.split('\n').length > 9 && text.isWellFormed())
  .slice(0, 300)

function isReadable(path: string): boolean {
  const found = statSync(path)
  return found.isFile() && found.size > 0 && found.size <= MAX_BYTES
}

/** What a shell shows, each as the result of a call of its own. */
function shown(command: string, texts: readonly string[]): string {
  const turns = texts.flatMap((content, at) => {
    const call = { name: 'bash', arguments: JSON.stringify({ command }) }
    return [
      { role: 'assistant', tool_calls: [{ id: `${at}`, type: 'function', function: call }] },
      { role: 'tool', tool_call_id: `${at}`, content },
    ]
  })
  return JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: '?' }, ...turns] })
}

/** Files of the same name in one package are often built from the same source: their diffs have all that diffs have. */
function diffs(count: number): readonly string[] {
  const byName = Map.groupBy(
    files,
    (file) => `${/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]} ${basename(file)}`,
  )
  const pairs = [...byName.values()].filter(([a, b]) => a !== undefined && b !== undefined)
  const found: string[] = []
  for (const [a = '', b = ''] of pairs) {
    if (found.length === count) break
    const text = diffOf(a, b)
    if (text.length > 400 && text.length < MAX_BYTES) found.push(text)
  }
  return found
}

function diffOf(a: string, b: string): string {
  try {
    return execFileSync('git', ['diff', '--no-index', a, b], { cwd: ROOT, encoding: 'utf8' })
  } catch (error) {
    // git exits with 1 where files differ.
    return (error as { stdout: string }).stdout
  }
}

describe.each(PROFILE_NAMES.filter((profile) => profile !== 'Aggressive'))('%s changes no letter', (profile) => {
  // Each in a request of its own: lines that an earlier result has may become a reference.
  const sentAs = (command: string, text: string): string | undefined => {
    const read = readChat(shown(command, [text]))
    return toolResultsOf(compressRequest(read, { ...enforce, profile }, exactCounter).body)[0]
  }

  test('of 300 source and configuration files', () => {
    expect(sources).toHaveLength(300)
    for (const text of sources) expect(sentAs('cat FILE', text)).toBe(text)
  })

  test('of 100 diffs', () => {
    const texts = diffs(100)
    expect(texts).toHaveLength(100)
    for (const text of texts) expect(sentAs('git diff', text)).toBe(text)
  })
})
