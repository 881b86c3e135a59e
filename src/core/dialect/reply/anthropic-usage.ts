/** Usage as Anthropic bills it: the sum over a call's passes, where it has several. */

import type { Usage } from '../dialect.ts'
import { count, type Fields, fields, knownUsage, list, text } from './reply-fields.ts'

/**
 * The top-level figures leave out compaction and advisors, and `iterations` has every pass that is billed. Cached tokens
 * stand beside `input_tokens`; OpenTelemetry's input includes them.
 */
export function anthropicUsage(usage: Fields): Usage | undefined {
  const passes = passesOf(usage)
  const total = (figure: (pass: Fields) => unknown): number | undefined => {
    const stated = passes.map(figure).filter((value) => value !== undefined && value !== null)
    return stated.length === 0 ? count(figure(usage)) : sumOf(stated)
  }
  const input = total(({ input_tokens }) => input_tokens)
  const cacheRead = total(({ cache_read_input_tokens }) => cache_read_input_tokens)
  const cacheCreation = total(({ cache_creation_input_tokens }) => cache_creation_input_tokens)
  return knownUsage({
    input: input === undefined ? undefined : input + (cacheRead ?? 0) + (cacheCreation ?? 0),
    output: total(({ output_tokens }) => output_tokens),
    cacheRead,
    cacheCreation,
    cacheCreation1h: total(({ cache_creation }) => fields(cache_creation)['ephemeral_1h_input_tokens']),
    reasoning: total(({ output_tokens_details }) => fields(output_tokens_details)['thinking_tokens']),
  })
}

/**
 * Did another model than the one that answered take a part: an advisor, or a model that declined? A dated name is the
 * model's own.
 */
export function hasOtherModels(usage: Fields, model: string | undefined): boolean {
  return passesOf(usage).some((pass) => {
    const other = text(pass['model'])
    return pass['type'] === 'advisor_message' || (other !== undefined && model !== undefined && !isSame(other, model))
  })
}

function passesOf(usage: Fields): readonly Fields[] {
  return list(usage['iterations']).map(fields)
}

/** Undefined when a figure is none: a sum without it would be too small. */
function sumOf(figures: readonly unknown[]): number | undefined {
  let sum: number | undefined = 0
  for (const figure of figures) {
    const tokens = count(figure)
    sum = sum === undefined || tokens === undefined ? undefined : sum + tokens
  }
  return count(sum)
}

const DATE = /-\d{8}$/

function isSame(one: string, other: string): boolean {
  return one.replace(DATE, '') === other.replace(DATE, '')
}
