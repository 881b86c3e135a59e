/**
 * Golden files: what each format of the engine writes, for ever (provider-contracts PC-4). A file is made once, from the
 * samples of that day, and never changed: conversations are under way in these bytes.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REFERENCE_FORMATS, TEXT_FORMATS, type TextFormat } from '../../../../src/core/compress/formats.ts'
import { keepForm } from '../../../../src/core/compress/request/keep-form.ts'
import { keepForms } from '../../../../src/core/compress/request/keep-forms.ts'
import type { Choice } from '../../../../src/core/compress/request/request-forms.ts'
import { dialectByName, readBody } from '../../../../src/core/dialect/index.ts'
import { vocabularies } from '../../../support/counters.ts'
import { fixtures } from '../fixtures.ts'
import { referenceRequest } from './reference-request.ts'

/** A text and its encoding. */
export interface GoldenText {
  readonly text: string
  readonly encoded: string
}

/** A request, the forms that its results are kept in, and the request that is sent. */
export interface GoldenRequest {
  readonly forms: readonly Choice[]
  readonly request: string
  readonly sent: string
}

/** Of one file: the samples of the format itself, and as many others as there is room for. */
const FILE_UNITS = 13_000

/** The ids of all formats, each once. */
export const FORMAT_IDS: readonly string[] = [...new Set([...TEXT_FORMATS, ...REFERENCE_FORMATS].map(({ id }) => id))]

export function goldenPath(id: string): string {
  return join(import.meta.dirname, `${id}.json`)
}

export function readGolden<T>(id: string): readonly T[] {
  return JSON.parse(readFileSync(goldenPath(id), 'utf8'))
}

/** The ids that have a file. */
export function goldenIds(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
}

/** @returns undefined where the format does not fit */
export function encodedIn({ number }: TextFormat, text: string): string | undefined {
  const context = { blocks: { of: nothingEarlier }, forms: { vocabulary: vocabularies.get } }
  return keepForm(text, [number], context)?.at(-1)?.text
}

/** @param body of Anthropic's messages API @param forms of its results, in turn */
export function sentIn(body: string, forms: readonly Choice[]): string {
  const read = readBody(Buffer.from(body), dialectByName('anthropic-messages'))
  if (read === undefined) throw new Error('not a body of the messages API')
  const choices = new Map(read.facts.blocks.map((block, nth) => [block.node, forms[nth] ?? 'as-came']))
  const sent = keepForms(read, {
    of: ({ node }) => choices.get(node) ?? 'as-came',
    keepsForms: true,
    isWriting: true,
    rewritten: () => true,
    nothingRewritten: () => undefined,
    vocabulary: vocabularies.get,
  })
  return Buffer.from(sent).toString()
}

/** A new golden file of the format `id`. */
export function makeGolden(id: string): readonly (GoldenText | GoldenRequest)[] {
  const format = TEXT_FORMATS.find((one) => one.id === id)
  return format === undefined ? goldenRequests(id) : goldenTexts(format)
}

function goldenTexts(format: TextFormat): GoldenText[] {
  const isOwn = ({ technique }: (typeof fixtures)[number]): boolean => technique === format.technique
  const own = fixtures.filter(isOwn).flatMap(samplesOf)
  const others = [...toolResults(), ...fixtures.filter((fixture) => !isOwn(fixture)).flatMap(samplesOf)]
  let room = FILE_UNITS
  return [...new Set([...own, ...others])].flatMap((text) => {
    const encoded = format.technique.recognises(text) ? undefined : encodedIn(format, text)
    if (encoded === undefined) return []
    const units = text.length + encoded.length
    if (units > room && !own.includes(text)) return []
    room -= units
    return [{ text, encoded }]
  })
}

function goldenRequests(id: string): GoldenRequest[] {
  return REFERENCE_FORMATS.filter((format) => format.id === id).map(({ number }) => {
    const { request, forms } = referenceRequest(number)
    return { forms, request, sent: sentIn(request, forms) }
  })
}

function samplesOf({ samples }: (typeof fixtures)[number]): string[] {
  return samples.map(([, text]) => text)
}

function toolResults(): string[] {
  const file = join(import.meta.dirname, '../../../../examples/sessions/checkout-is-slow.jsonl')
  const { messages } = JSON.parse(readFileSync(file, 'utf8')) as { messages: { role: string; content: string }[] }
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
}

function nothingEarlier(): never {
  throw new Error('a technique of a text refers to nothing')
}
