/**
 * The application of a pod on the test node: it calls a model by OpenAI's SDK, which takes the address from its environment.
 *
 * `call [CODE]`: one call, then it exits with the code. `leave`: it exits while a call is under way. `stream`: one streamed
 * call. `calls`: one call after the other. `wait`: none. The last two go on until they are asked to end.
 * It prints one JSON object a line, the first when it has started.
 */

import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { wordyBody } from '../../chat-call.ts'

const [, , mode = 'wait', argument = '0'] = process.argv
// When the kernel had started the process.
say({ startedAt: Date.now() - performance.now() })
const modes: Readonly<Record<string, () => Promise<void>>> = { call, leave, stream, calls, wait }
await modes[mode]?.()

async function call(): Promise<void> {
  const { choices } = await client().chat.completions.create(JSON.parse(wordyBody()))
  say({ answer: choices[0]?.message.content ?? '' })
  process.exitCode = Number(argument)
}

async function stream(): Promise<void> {
  const events = await client().chat.completions.create({ ...JSON.parse(wordyBody()), stream: true })
  let pieces = 0
  for await (const { choices } of events as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>) {
    if (choices[0]?.delta.content) say({ piece: ++pieces })
  }
  say({ ended: pieces })
}

async function leave(): Promise<void> {
  void call()
  await sleep(500)
  process.exit()
}

async function calls(): Promise<void> {
  let isAsked = false
  process.once('SIGTERM', () => {
    isAsked = true
  })
  let answered = 0
  let failed = 0
  while (!isAsked) {
    const reply = client().chat.completions.create(JSON.parse(wordyBody()))
    await reply.then(() => answered++).catch(() => failed++)
    say({ answered, failed })
    await sleep(100)
  }
}

async function wait(): Promise<void> {
  const idle = setInterval(() => undefined, 60_000)
  process.once('SIGTERM', () => clearInterval(idle))
}

/** Calls that fail are the test's business: none is tried again. */
function client(): OpenAI {
  return new OpenAI({ apiKey: 'test', maxRetries: 0 })
}

/** At once, whatever becomes of the process. */
function say(fact: object): void {
  writeSync(1, `${JSON.stringify(fact)}\n`)
}
