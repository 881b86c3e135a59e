/** `gen_ai.request.*` parameters, each under its names in a dialect. */

import { type JsonTape, kindOf, memberOf, textOf } from '../../json/index.ts'
import type { RequestParameters } from '../dialect.ts'
import { elementsOf, memberNumber } from './members.ts'

type NumberParameter = Exclude<keyof RequestParameters, 'stopSequences'>

/** Names of the members to read; the first one that is set wins. */
export type ParameterNames = Partial<Record<keyof RequestParameters, readonly string[]>>

/** @param node the object with the parameters */
export function readParameters(tape: JsonTape, node: number, names: ParameterNames): RequestParameters {
  const { stopSequences: stopNames = [], ...numberNames } = names
  const parameters: { -readonly [K in NumberParameter]?: number } = {}
  for (const [parameter, candidates] of Object.entries(numberNames)) {
    const value = firstOf(candidates, (name) => memberNumber(tape, node, name))
    if (value !== undefined) parameters[parameter as NumberParameter] = value
  }
  const stopSequences = firstOf(stopNames, (name) => textsOf(tape, memberOf(tape, node, name)))
  return stopSequences === undefined ? parameters : { ...parameters, stopSequences }
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
