/** Finds sessions that are plain OpenAI chat: only their costs can be simulated for other APIs too. */

import { Type } from 'typebox'
import { Compile } from 'typebox/schema'
import type { Row, SessionRow } from './corpus.ts'

const Block = Type.Object({ text: Type.Optional(Type.String()), content: Type.Optional(Type.String()) })
const Call = Type.Object({ function: Type.Object({ name: Type.Optional(Type.String()) }) })

const ChatSession = Compile(
  Type.Object({
    tools: Type.Optional(Type.Array(Type.Object({}))),
    messages: Type.Array(
      Type.Object({
        role: Type.String(),
        content: Type.Optional(Type.Union([Type.String(), Type.Null(), Type.Array(Block)])),
        tool_calls: Type.Optional(Type.Union([Type.Null(), Type.Array(Call)])),
      }),
    ),
  }),
)

export function isChatSession(row: Row): row is SessionRow {
  return row.kind === 'session' && ChatSession.Check(row)
}
