/**
 * A peer that is a format for JSON values, used as its makers recommend: each tool result in JSON is encoded where that
 * saves tokens. Each block is encoded independently, so prefixes are stable.
 */

import type { CompressionSettings } from '../../core/compress/index.ts'
import { type Block, blockBytes, blockText, type Dialect, type ReadBody, readBody } from '../../core/dialect/index.ts'
import { type Splice, splice } from '../../core/json/index.ts'
import { resolveCounter, type TokenCounter, type Vocabularies } from '../../core/tokenizer/index.ts'
import { isPrefixOf } from '../check/check.ts'
import { isSameValue } from '../check/same-value.ts'
import type { Contender, Written } from '../contender.ts'
import type { Peer } from './peer.ts'

export interface Format {
  readonly name: string
  encode(value: unknown): string
  decode(text: string): unknown
}

interface Change {
  readonly original: string
  readonly form: string
}

interface FormatWritten extends Written {
  readonly changes: readonly Change[]
  readonly failures: number
}

export function formatPeer(format: Format): Peer {
  return { name: format.name, create: (settings, vocabularies) => createContender(format, settings, vocabularies) }
}

function createContender(
  format: Format,
  settings: CompressionSettings,
  vocabularies: Vocabularies,
): Contender<FormatWritten> {
  return {
    send(body, dialect) {
      const original = readBody(body, dialect)
      return original && rewrite(original, format, { settings, counter: counterOf(original, dialect, vocabularies) })
    },
    countFailedDecodes: ({ changes }) => changes.filter((change) => !isRestored(change, format)).length,
    isExtended: (earlier, later) => isPrefixOf(earlier.body, later.body),
    countFailures: ({ failures }) => failures,
  }
}

function counterOf({ facts }: ReadBody, { provider }: Dialect, vocabularies: Vocabularies): TokenCounter {
  return resolveCounter(facts.model, provider, vocabularies)
}

function rewrite(
  original: ReadBody,
  format: Format,
  { settings, counter }: { settings: CompressionSettings; counter: TokenCounter },
): FormatWritten {
  const changes: Change[] = []
  const splices: Splice[] = []
  let failures = 0
  for (const block of original.facts.blocks.filter((each) => isEligible(each, settings))) {
    const text = blockText(original.tape, block)
    try {
      const form = encoded(text, format)
      if (form === undefined || counter.content(form) >= counter.content(text)) continue
      changes.push({ original: text, form })
      splices.push({ start: block.start, end: block.end, bytes: blockBytes(block, form) })
    } catch {
      failures++
    }
  }
  return { original, body: splice(original.body, splices), changes, failures }
}

/** Selects the same blocks as M2M. */
function isEligible({ kind, tool }: Block, { userText, isExcludedTool }: CompressionSettings): boolean {
  return (kind === 'tool-result' || userText === 'Observations') && (tool === undefined || !isExcludedTool(tool))
}

/** @returns undefined when the text is not a JSON object or array */
function encoded(text: string, format: Format): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return format.encode(value)
}

function isRestored({ original, form }: Change, format: Format): boolean {
  try {
    return isSameValue(original, JSON.stringify(format.decode(form)))
  } catch {
    return false
  }
}
