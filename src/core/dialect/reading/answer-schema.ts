/** The schema that the answer must follow: the provider shows it to the model, and bills it. */

import { type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'

/** Chat, Responses, Anthropic in both of its ways, and Ollama. Gateways take each other's. */
const PLACES: readonly (readonly string[])[] = [
  ['response_format', 'json_schema'],
  ['response_format'],
  ['text', 'format'],
  ['output_config', 'format'],
  ['output_format'],
  ['format'],
]

/** @returns the node of the schema with its name and description, or NONE */
export function answerSchemaOf(tape: JsonTape): number {
  for (const place of PLACES) {
    let node = 0
    for (const name of place) node = memberOf(tape, node, name)
    if (isSchema(tape, node, place)) return node
  }
  return NONE
}

/** Ollama's `format` is the schema itself; elsewhere one stands in a member, and plain JSON or text has none. */
function isSchema(tape: JsonTape, node: number, place: readonly string[]): boolean {
  if (kindOf(tape, node) !== 'object') return false
  return place[0] === 'format' || memberOf(tape, node, 'schema') !== NONE
}
