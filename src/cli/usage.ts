/** Parses the flags of a command. The first mistake ends with one message that suggests the nearest known word. */

import { parseArgs } from 'node:util'
import { M2MError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Options, Parsed, StringOption, Values } from './command.ts'

/** An error in the command as typed. */
export function usageError(message: string): M2MError {
  return new M2MError(message, { code: 'USAGE' })
}

/** @throws M2MError USAGE for an unknown flag, a missing or unexpected value, or a value that is not a choice */
export function parseFlags(args: readonly string[], options: Options, operands: string): Parsed<Options> {
  const shapes = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]),
  )
  // Not strict: the messages of parseArgs are for programmers. This function checks the tokens instead.
  const { tokens } = parseArgs({ args: [...args], options: shapes, strict: false, tokens: true })
  const values: Record<string, FlagValue> = {}
  for (const token of tokens) {
    if (token.kind === 'option') values[token.name] = flagValue(token, options, values[token.name])
  }
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  checkOperands(words, operands)
  return { values: values as Values<Options>, operands: words }
}

/** Parses the value of a flag that takes a whole number. */
export function wholeNumber(flag: string, value: string, range: { min: number; max: number }): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= range.min && number <= range.max) return number
  throw usageError(`${flag} takes a whole number from ${range.min} to ${range.max}, not ${JSON.stringify(value)}`)
}

/** ` (did you mean X?)`, or an empty text when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const guess = nearest(word, known)
  return guess === undefined ? '' : ` (did you mean ${guess}?)`
}

type FlagValue = boolean | string | readonly string[]

interface FlagToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

/** @param before the value of the same flag earlier on the line */
function flagValue(token: FlagToken, options: Options, before: FlagValue | undefined): FlagValue {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
  if (!option) throw unknownFlag(token.rawName, Object.keys(options))
  if (option.type === 'string') {
    const value = checkedValue(token, option)
    return option.isRepeatable ? [...(typeof before === 'object' ? before : []), value] : value
  }
  if (token.value !== undefined) throw usageError(`${token.rawName} takes no value`)
  return true
}

function unknownFlag(rawName: string, known: readonly string[]): M2MError {
  const flags = known.map((name) => `--${name}`)
  return usageError(`unknown flag ${rawName}${didYouMean(rawName, flags)}`)
}

function checkedValue(token: FlagToken, option: StringOption): string {
  const { rawName, value } = token
  const isNextFlag = !token.inlineValue && value !== undefined && value.length > 1 && value.startsWith('-')
  if (!value || isNextFlag) throw usageError(`${rawName} needs a value: ${rawName} ${valueName(option)}`)
  if (option.choices && !option.choices.includes(value)) {
    throw usageError(
      `${rawName} is one of ${option.choices.join(', ')}, not ${JSON.stringify(value)}${didYouMean(value, option.choices)}`,
    )
  }
  return value
}

/** `URL`, or `Safe|Balanced`. */
export function valueName(option: StringOption): string {
  return option.value ?? option.choices?.join('|') ?? 'VALUE'
}

function checkOperands(words: readonly string[], operands: string): void {
  const isMany = operands.endsWith('...')
  const isNeeded = operands !== '' && !operands.startsWith('[')
  const allowed = operands === '' ? 0 : 1
  if (!isMany && words.length > allowed) throw usageError(`unexpected argument ${JSON.stringify(words[allowed])}`)
  if (isNeeded && words.length === 0) throw usageError(`missing argument: ${operands}`)
}
