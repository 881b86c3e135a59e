/** One setting of a program, and the formats that settings have. */

import { parseDuration } from '../../src/core/policy/index.ts'

export interface Setting {
  readonly doc: string
  readonly format: (value: unknown) => void
  /** Always text: convict would parse other defaults by its own rules. */
  readonly default: string
  readonly env: string
  /** The flag, without its dashes. */
  readonly arg?: string
}

export type SettingsTable = Readonly<Record<string, Setting>>

type Format = Pick<Setting, 'format'>

/** @param message what a right value is: `must be ...` */
export function checked(isRight: (text: string) => boolean, message: string): Format {
  const format = (value: unknown): void => {
    if (typeof value !== 'string' || !isRight(value)) throw new Error(message)
  }
  return { format }
}

export const TEXT = checked(() => true, '')

export const DURATION = checked((text) => milliseconds(text) > 0, 'must be a duration such as 2s')

export function whole(min: number, max: number): Format {
  const isRight = (text: string): boolean => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max
  return checked(isRight, `must be a whole number from ${min} to ${max}`)
}

export function oneOf(values: readonly string[]): Format {
  return checked((text) => values.includes(text), `must be one of ${values.join(', ')}`)
}

/** Of a duration; 0 where it is none. */
export function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0
}
