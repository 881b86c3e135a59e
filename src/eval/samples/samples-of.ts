/** Compresses a request with each profile, and pairs its tool results with their forms. */

import {
  type CompressionSettings,
  compressRequest,
  kindOf,
  NO_HINT,
  type ProfileName,
} from '../../core/compress/index.ts'
import { blockText, type ReadBody, readBody } from '../../core/dialect/index.ts'
import { resolveCounter, type Vocabularies } from '../../core/tokenizer/index.ts'
import type { Source } from './requests.ts'
import type { Form, Named, Sample } from './sample.ts'

export interface SampleOptions {
  readonly profiles: readonly ProfileName[]
  readonly settings: CompressionSettings
  /** The model that is asked: its tokenizer decides which forms are used. */
  readonly model: string
  readonly vocabularies: Vocabularies
}

/** @returns nothing for a body that is no request of its dialect */
export function samplesOf(source: Source, options: SampleOptions): readonly Sample[] {
  const read = readBody(source.body, source.dialect)
  if (read === undefined) return []
  const originals = textsOf(read)
  const sent = options.profiles.map((profile) => [profile, sentWith(profile, read, options)] as const)
  return originals.map((block, index) => {
    const used = sent.flatMap(([, { texts }]) => referencesIn(texts[index]?.text ?? '', originals.slice(0, index)))
    const numbers = [...new Set(used)].sort((a, b) => a - b)
    const earlier = (texts: readonly Named[]): Named[] => numbers.flatMap((number) => texts[number] ?? [])
    const formOf = ({ texts, techniques }: Sent): Form => ({
      text: texts[index]?.text ?? block.text,
      earlier: earlier(texts),
      techniques: techniques.get(block.path) ?? [],
    })
    return {
      name: originals.length === 1 ? source.name : `${source.name}, ${block.path}`,
      kind: kindOf(block.text, NO_HINT),
      original: { text: block.text, earlier: earlier(originals) },
      forms: new Map(sent.map(([profile, result]) => [profile, formOf(result)])),
    }
  })
}

interface Located extends Named {
  readonly path: string
}

interface Sent {
  readonly texts: readonly Located[]
  /** By the path of a block. */
  readonly techniques: ReadonlyMap<string, readonly string[]>
}

function sentWith(profile: ProfileName, read: ReadBody, options: SampleOptions): Sent {
  const counter = resolveCounter(options.model, read.dialect.provider, options.vocabularies)
  const { body, report } = compressRequest(read, { ...options.settings, profile }, counter)
  const sent = readBody(body, read.dialect) ?? read
  return {
    texts: textsOf(sent),
    techniques: new Map(report.changes.map(({ path, techniques }) => [path, techniques])),
  }
}

/** The tool results of a request, with the names by which references call them. */
function textsOf({ tape, facts }: ReadBody): Located[] {
  return facts.blocks.map((block) => {
    const { path, callId } = block
    const name = callId ?? /^\w+\[\d+\]/.exec(path)?.[0] ?? path
    return { name, path, text: blockText(tape, block) }
  })
}

const REFERENCE = /lines? as in ([\w.:-]+|\w+\[\d+\]): "/g

/** The numbers of the earlier blocks that a text refers to. */
function referencesIn(text: string, earlier: readonly Located[]): number[] {
  const names = Array.from(text.matchAll(REFERENCE), ([, name]) => name)
  return names
    .map((name) => earlier.findIndex((block) => block.name === name || block.path.startsWith(`${name}.`)))
    .filter((index) => index >= 0)
}
