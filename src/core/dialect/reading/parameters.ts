/** `gen_ai.request.*` parameters, each under its names in a dialect. */

import { isString, type JsonTape, kindOf, memberOf, NONE, nextOf, textOf } from '../../json/index.ts'
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

export type ReadParameters = (tape: JsonTape, node: number) => RequestParameters

const NO_PARAMETERS: RequestParameters = {}

/** @returns reads the object `node`: one pass over its members tells which few of the parameters are there */
export function parameterReader(names: ParameterNames): ReadParameters {
  const readers = readersOf(names)
  return (tape, node) => {
    const present = presentOf(tape, node, readers)
    if (present === 0) return NO_PARAMETERS
    const parameters: Parameters = {}
    for (let index = 0; index < readers.length; index++) {
      if ((present & (1 << index)) !== 0) readers[index]?.read(tape, node, parameters)
    }
    return parameters
  }
}

type Parameters = { -readonly [K in keyof RequestParameters]: RequestParameters[K] }

interface Reader {
  /** Members of the object that it reads. */
  readonly members: readonly string[]
  readonly read: (tape: JsonTape, node: number, parameters: Parameters) => void
}

/** At most 31: their presence is a bit each. */
function readersOf(names: ParameterNames): readonly Reader[] {
  const numbers = NUMBERS.map((parameter) => readerOf(parameter, names[parameter], memberNumber))
  const words = WORDS.map((parameter) => readerOf(parameter, names[parameter], wordOf))
  return [...numbers, ...words, readerOf('stopSequences', names.stopSequences, memberTexts)].flat()
}

/** @param names undefined: the dialect has none */
function readerOf<K extends keyof RequestParameters>(
  parameter: K,
  names: readonly string[] | undefined,
  read: ReadMember<Exclude<Parameters[K], undefined>>,
): readonly Reader[] {
  if (names === undefined) return []
  const members = names.map((name) => name.split('.', 1).join())
  const readFirst = (tape: JsonTape, node: number, parameters: Parameters): void => {
    const value = firstOf(tape, node, names, read)
    if (value !== undefined) parameters[parameter] = value
  }
  return [{ members, read: readFirst }]
}

function presentOf(tape: JsonTape, node: number, readers: readonly Reader[]): number {
  if (kindOf(tape, node) !== 'object') return 0
  const end = nextOf(tape, node)
  let present = 0
  for (let key = node + 1; key < end; key = nextOf(tape, nextOf(tape, key))) {
    for (let index = 0; index < readers.length; index++) {
      if (isOneOf(tape, key, readers[index]?.members ?? [])) present |= 1 << index
    }
  }
  return present
}

function isOneOf(tape: JsonTape, key: number, names: readonly string[]): boolean {
  for (const name of names) if (isString(tape, key, name)) return true
  return false
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

function firstOf<T>(tape: JsonTape, node: number, names: readonly string[], read: ReadMember<T>): T | undefined {
  for (const name of names) {
    const value = read(tape, node, name)
    if (value !== undefined) return value
  }
  return undefined
}
