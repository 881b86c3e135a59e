/** Converts recorded calls to samples of a fit: the tokens that M2M counts, and the tokens that were billed. */

import { createHash } from 'node:crypto'
import { billedText } from '../../src/core/compress/index.ts'
import { dialectForPath, type ReadBody, readBody } from '../../src/core/dialect/index.ts'
import { resolveModel } from '../../src/core/model/index.ts'
import type { Tokenizer, Vocabularies } from '../../src/core/tokenizer/index.ts'
import { exclusionOf, type Fields, fields } from './exclusions.ts'

export interface Sample {
  readonly family: string
  /** Calls of one recording have the same group: they are all used for a fit, or none of them. */
  readonly group: string
  /** Tokens of messages and calls, and of tool definitions, in the family's vocabulary. */
  readonly content: number
  readonly tools: number
  readonly messages: number
  /** Input tokens, cached ones included. */
  readonly billed: number
}

export interface Samples {
  readonly samples: readonly Sample[]
  /** Number of skipped rows by reason. */
  readonly excluded: Readonly<Record<string, number>>
}

/** @param lines one row each, in JSON: `{uri, body, usage, source?}` */
export function samplesOf(lines: readonly string[], vocabularies: Vocabularies): Samples {
  const seen = new Set<string>()
  const samples: Sample[] = []
  const excluded: Record<string, number> = {}
  for (const line of lines) {
    const found = sampleOf(fields(JSON.parse(line)), seen, vocabularies)
    if (typeof found === 'string') excluded[found] = (excluded[found] ?? 0) + 1
    else samples.push(found)
  }
  return { samples, excluded }
}

/** @returns the reason if the row is skipped */
function sampleOf(
  { uri, body, usage, source }: Fields,
  seen: Set<string>,
  vocabularies: Vocabularies,
): Sample | string {
  const bytes = Buffer.from(JSON.stringify(body))
  const dialect = dialectForPath(pathOf(String(uri)))
  const read = dialect && readBody(bytes, dialect)
  if (dialect === undefined || read === undefined) return 'no dialect of ours'
  const card = resolveModel(read.facts.model ?? '')
  if (card === undefined) return 'no family'
  const billed = dialect.reply({ usage }).usage?.input ?? 0
  if (billed === 0) return 'no input billed'
  const identity = hashOf(bytes)
  if (seen.has(identity)) return 'the same request again'
  seen.add(identity)
  const exclusion = exclusionOf(fields(body))
  if (exclusion !== undefined) return exclusion
  const counts = countsOf(read, vocabularies.get(card.billing.vocabulary))
  return { family: card.family, group: hashOf(String(source ?? identity)), billed, ...counts }
}

/** Gateways add a root to the path of the API. */
function pathOf(uri: string): string {
  const api = /\/(chat\/completions|responses|messages)$/.exec(new URL(uri).pathname)
  return api === null ? '' : `/v1/${api[1]}`
}

function countsOf(read: ReadBody, tokenizer: Tokenizer): Pick<Sample, 'content' | 'tools' | 'messages'> {
  const counts = { content: 0, tools: 0 }
  for (const span of read.facts.billed) {
    counts[span.what === 'tools' ? 'tools' : 'content'] += tokenizer.count(billedText(read.tape, span))
  }
  const { messages, input } = fields(JSON.parse(Buffer.from(read.body).toString()))
  const turns = messages ?? input
  return { ...counts, messages: Array.isArray(turns) ? turns.length : 1 }
}

function hashOf(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
