/** OpenAI Responses' order: tools, the requested form of the reply, a stored prompt, instructions, items. */

import { type JsonTape, kindOf, memberOf, NONE, nextOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { KnownParts, Prefix } from '../dialect.ts'
import { isClientOutput, isModelItem, itemOf } from '../reading/items.ts'
import { elementsEnd, memberText } from '../reading/members.ts'
import { isSystem, Turns } from '../reading/turns.ts'
import { PrefixNotes } from './prefix-notes.ts'

export function* responsesPrefix(tape: JsonTape, known?: KnownParts): Steps<Prefix> {
  const notes = new PrefixNotes(tape)
  notes.tools('tools')
  for (const name of ['text', 'prompt']) notes.system(name)
  if (!readsInstructionsLast(tape)) notes.system('instructions')
  const input = memberOf(tape, 0, 'input')
  // A plain string is the first user message.
  if (kindOf(tape, input) === 'string')
    notes.message(input, NONE, { list: 'input', index: NONE, what: 'message', isAssistant: false })
  const pace = new Pace()
  const end = elementsEnd(tape, input)
  const turns = new Turns(tape, 'input')
  let { node, index } = notes.messagesFrom(input, known)
  for (; node < end; node = nextOf(tape, node)) {
    const turn = turns.next(node)
    const item = itemOf(tape, turn)
    const content = memberOf(tape, turn.node, isClientOutput(tape, item) ? 'output' : 'content')
    notes.message(turn.node, content, {
      list: 'input',
      index: index++,
      what: isSystem(turn) ? 'system' : 'message',
      isAssistant: isModelItem(tape, item),
    })
    if (pace.isOver) yield
  }
  return notes.found()
}

/** GPT-6.2 and later models read `instructions` behind the input, for one turn: they are never cached. */
function readsInstructionsLast(tape: JsonTape): boolean {
  return /(?:^|\/)gpt-(?:6\.(?:[2-9]|\d\d)|[7-9]|\d\d)/.test(memberText(tape, 0, 'model') ?? '')
}
