/** `gen_ai.request.*` parameters, each under its names in a dialect. */

import { type JsonTape, kindOf, memberOf, NONE, textOf } from '../../json/index.ts'
import type { RequestParameters } from '../dialect.ts'
import { elementsOf, memberNumber, memberText } from './members.ts'

const WORDS = ['tier', 'speed', 'place', 'window'] as const
const NUMBERS = [
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'choiceCount',
] as const

/** A word of an API, not text of a caller. */
const WORD = /^[\w.-]{1,64}$/

/** Names of the members to read; the first one that is set wins. `a.b` is the member b of the member a. */
export type ParameterNames = Partial<Record<keyof RequestParameters, readonly string[]>>

/** @param node the object with the parameters */
export function readParameters(tape: JsonTape, node: number, names: ParameterNames): RequestParameters {
  const parameters: { -readonly [K in keyof RequestParameters]: RequestParameters[K] } = {}
  for (const parameter of NUMBERS) {
    const value = firstOf(tape, node, names[parameter], memberNumber)
    if (value !== undefined) parameters[parameter] = value
  }
  for (const parameter of WORDS) {
    const value = firstOf(tape, node, names[parameter], wordOf)
    if (value !== undefined) parameters[parameter] = value
  }
  const stopSequences = firstOf(tape, node, names.stopSequences, memberTexts)
  if (stopSequences !== undefined) parameters.stopSequences = stopSequences
  return parameters
}

function wordOf(tape: JsonTape, node: number, name: string): string | undefined {
  const dot = name.indexOf('.')
  const holder = dot === -1 ? node : memberOf(tape, node, name.slice(0, dot))
  if (holder === NONE) return undefined
  const value = memberText(tape, holder, name.slice(dot + 1))
  return value !== undefined && WORD.test(value) ? value : undefined
}

/** A string, or the strings of an array of them. */
function memberTexts(tape: JsonTape, parent: number, name: string): readonly string[] | undefined {
  const node = memberOf(tape, parent, name)
  const text = textOf(tape, node)
  if (text !== undefined) return [text]
  if (kindOf(tape, node) !== 'array') return undefined
  return [...elementsOf(tape, node)].map((element) => textOf(tape, element)).filter((item) => item !== undefined)
}

type ReadMember<T> = (tape: JsonTape, node: number, name: string) => T | undefined

/** @param names undefined: the dialect has none */
function firstOf<T>(
  tape: JsonTape,
  node: number,
  names: readonly string[] | undefined,
  read: ReadMember<T>,
): T | undefined {
  if (names === undefined) return undefined
  for (const name of names) {
    const value = read(tape, node, name)
    if (value !== undefined) return value
  }
  return undefined
}
