/**
 * A coding agent's session late in its life, the same in every run: files read, searches, edits as diffs, test runs. The
 * history is the same in each request; the newest result is another one each time, as it is when an agent works.
 */

/** Of the history, as JSON. */
const HISTORY_BYTES = 440_000

type Random = (below: number) => number

/** @returns for a number that counts up, the body of the next request: about 450 KB */
export function lateTurns(): (turn: number) => string {
  const random = createRandom(12)
  const messages: object[] = [
    { role: 'system', content: `You are a coding agent.\n${prose(random, 120)}` },
    { role: 'user', content: `Make the tests of the order service green.\n${prose(random, 6)}` },
  ]
  let bytes = 0
  for (let step = 0; bytes < HISTORY_BYTES; step++) {
    const pair = messagesOf(step, resultOf(step, random))
    messages.push(...pair)
    bytes += JSON.stringify(pair).length
  }
  const head = JSON.stringify({ model: 'gpt-4o', tools: TOOLS.map(tool), messages }).slice(0, -']}'.length)
  return (turn) => `${head},${JSON.stringify(messagesOf(100_000 + turn, testRun(createRandom(turn)))).slice(1)}}`
}

const TOOLS = ['bash', 'grep', 'edit_file', 'list_directory', 'run_tests'] as const

/** What each tool answers, in turn. */
const RESULTS: readonly ((random: Random) => string)[] = [
  (random) => Array.from({ length: 20 + random(90) }, () => codeLine(random)).join('\n'),
  (random) =>
    Array.from({ length: 10 + random(50) }, () => `${file(random)}:${random(400)}:${codeLine(random)}`).join('\n'),
  (random) => diff(random),
  (random) =>
    JSON.stringify(
      Array.from({ length: 10 + random(40) }, () => entry(random)),
      undefined,
      2,
    ),
  (random) => testRun(random),
]

function resultOf(step: number, random: Random): string {
  return RESULTS[step % RESULTS.length]?.(random) ?? ''
}

function messagesOf(step: number, content: string): readonly object[] {
  const id = `call_${step}`
  const name = TOOLS[step % TOOLS.length]
  const call = { id, type: 'function', function: { name, arguments: JSON.stringify({ step, path: `src/${step}.ts` }) } }
  return [
    { role: 'assistant', content: `Step ${step}: I look at the next place.`, tool_calls: [call] },
    { role: 'tool', tool_call_id: id, content },
  ]
}

function tool(name: string): object {
  const parameters = { type: 'object', properties: { path: { type: 'string' }, step: { type: 'integer' } } }
  return { type: 'function', function: { name, description: `Runs ${name} in the workspace.`, parameters } }
}

const WORDS = (
  'order price queue retry stock total cart invoice worker limit token batch cursor socket region tenant ledger rate ' +
  'quota window signal buffer parser schema driver'
).split(' ')

function word(random: Random): string {
  return WORDS[random(WORDS.length)] ?? ''
}

function name(random: Random): string {
  const second = word(random)
  return `${word(random)}${second.slice(0, 1).toUpperCase()}${second.slice(1)}${random(40)}`
}

function file(random: Random): string {
  return `src/${word(random)}/${word(random)}-${random(30)}.ts`
}

function codeLine(random: Random): string {
  const lines = [
    `  const ${name(random)} = await ${name(random)}(${name(random)}, { ${word(random)}: ${random(500)} })`,
    `  if (${name(random)}.${word(random)} > ${random(99)}) throw new Error('${word(random)} ${word(random)} is over')`,
    `export function ${name(random)}(${word(random)}: ${name(random)}): Promise<void> {`,
    `  return ${name(random)}.map((${word(random)}) => ${word(random)}.${word(random)} ?? ${random(9)})`,
    '}',
    '',
  ]
  return lines[random(lines.length)] ?? ''
}

function diff(random: Random): string {
  const path = file(random)
  const line = (mark: string): string => `${mark}${codeLine(random)}`
  const hunk = (): readonly string[] => [
    `@@ -${random(300)},7 +${random(300)},8 @@`,
    ...[' ', ' ', '-', '+', '+', ' ', ' '].map(line),
  ]
  const hunks = Array.from({ length: 2 + random(8) }, hunk)
  return [`--- a/${path}`, `+++ b/${path}`, ...hunks.flat()].join('\n')
}

function entry(random: Random): object {
  return {
    name: file(random),
    bytes: random(60_000),
    kind: random(5) === 0 ? 'folder' : 'file',
    isTracked: random(9) > 0,
  }
}

function testRun(random: Random): string {
  const lines = Array.from({ length: 20 + random(30) }, () => {
    const seconds = `${random(3)}.${String(random(1000)).padStart(3, '0')}`
    return `2026-03-01T04:${10 + random(49)}:${10 + random(49)}Z INFO ${file(random)} ${name(random)} passed in ${seconds} s`
  })
  return [...lines, `Tests: ${random(3)} failed, ${lines.length} passed`].join('\n')
}

function prose(random: Random, sentences: number): string {
  const sentence = (): string =>
    `Keep the ${word(random)} of each ${word(random)} below the ${word(random)} of its ${word(random)}.`
  return Array.from({ length: sentences }, sentence).join(' ')
}

/** Whole numbers from 0, below a bound: mulberry32, the same for the same seed. */
function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e37_79b9)
  return (below) => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
