/** `gen_ai.request.*` parameters, each under its names in a dialect. */

import { type JsonTape, kindOf, memberOf, textOf } from '../../json/index.ts'
import type { RequestParameters } from '../dialect.ts'
import { elementsOf, memberNumber } from './members.ts'

type WordParameter = 'tier' | 'speed' | 'place' | 'window'
type NumberParameter = Exclude<keyof RequestParameters, 'stopSequences' | WordParameter>

/** A word of an API, not text of a caller. */
const WORD = /^[\w.-]{1,64}$/

/** Names of the members to read; the first one that is set wins. `a.b` is the member b of the member a. */
export type ParameterNames = Partial<Record<keyof RequestParameters, readonly string[]>>

/** @param node the object with the parameters */
export function readParameters(tape: JsonTape, node: number, names: ParameterNames): RequestParameters {
  const { stopSequences: stopNames = [], tier, speed, place, window, ...numberNames } = names
  const parameters: { -readonly [K in keyof RequestParameters]: RequestParameters[K] } = {}
  for (const [parameter, candidates] of Object.entries(numberNames)) {
    const value = firstOf(candidates, (name) => memberNumber(tape, node, name))
    if (value !== undefined) parameters[parameter as NumberParameter] = value
  }
  for (const [parameter, candidates = []] of Object.entries({ tier, speed, place, window })) {
    const value = firstOf(candidates, (name) => wordOf(tape, node, name))
    if (value !== undefined) parameters[parameter as WordParameter] = value
  }
  const stopSequences = firstOf(stopNames, (name) => textsOf(tape, memberOf(tape, node, name)))
  return stopSequences === undefined ? parameters : { ...parameters, stopSequences }
}

function wordOf(tape: JsonTape, node: number, name: string): string | undefined {
  const value = textOf(
    tape,
    name.split('.').reduce((at, member) => memberOf(tape, at, member), node),
  )
  return value !== undefined && WORD.test(value) ? value : undefined
}

/** A string, or the strings of an array of them. */
function textsOf(tape: JsonTape, node: number): readonly string[] | undefined {
  const text = textOf(tape, node)
  if (text !== undefined) return [text]
  if (kindOf(tape, node) !== 'array') return undefined
  return [...elementsOf(tape, node)].map((element) => textOf(tape, element)).filter((item) => item !== undefined)
}

function firstOf<T>(names: readonly string[], read: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const value = read(name)
    if (value !== undefined) return value
  }
  return undefined
}
