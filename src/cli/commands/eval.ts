/** `m2m eval`. */

import { PROFILE_NAMES } from '../../core/policy/index.ts'
import {
  EVAL_DIALECTS,
  type EvalOptions,
  evaluate,
  loadYardsticks,
  requestsOf,
  requestWith,
  type Source,
  YARDSTICK_NAMES,
} from '../../eval/index.ts'
import { listSets } from '../../replay/index.ts'
import { defineCommand } from '../command.ts'
import { createEvalProgress, evalMarkdown, evalText } from '../eval/index.ts'
import { readText } from '../input.ts'
import { settingsOf } from '../options/engine-settings.ts'
import { print, printJson, printMessage } from '../output.ts'
import { usageError, wholeNumber } from '../usage.ts'
import { vocabularies } from '../vocabularies.ts'

const ABOUT = `Asks a model the same questions about tool outputs and about their compressed forms, and
prints how many answers are right. Each FILE is one tool output; a corpus is a folder as
m2m replay reads it. Questions and their answers are made from the original text alone:
values, counts, extremes, whole records, copies of lines, words and sections, times, and
what stands before and after.

The block comes first and the question last, and all questions of a block in a row, so
that a prompt cache pays. Temperature is 0 where the model takes it. What is equal to the
original is not asked again. The number of calls and tokens is printed before the first
call. Answers are kept in the state file: a run that was interrupted goes on from it, and
a new engine asks only about forms that changed. It quotes your tool outputs.

The difference is in percentage points, with its interval of 95 % and the p of McNemar's
exact test. A key is taken from M2M_EVAL_API_KEY, else from OPENAI_API_KEY or
ANTHROPIC_API_KEY by dialect. Exit code 1 when the run ended before its end.`

const STATE_FILE = 'm2m-eval.jsonl'

export const evalCommand = defineCommand({
  operands: '[FILE]...',
  about: ABOUT,
  options: {
    corpus: { type: 'string', value: 'DIR', about: 'a folder with recorded sessions, instead of files' },
    endpoint: { type: 'string', value: 'URL', about: "the endpoint's base URL" },
    dialect: {
      type: 'string',
      choices: EVAL_DIALECTS.map(({ name }) => name),
      about: 'the API of the endpoint; openai: also what is compatible with it',
      otherwise: 'openai',
    },
    model: { type: 'string', value: 'NAME', about: 'the model that is asked' },
    profile: {
      type: 'string',
      choices: PROFILE_NAMES,
      isRepeatable: true,
      about: 'whose forms are asked about',
      otherwise: 'Safe and Balanced',
    },
    yardstick: {
      type: 'string',
      choices: YARDSTICK_NAMES,
      isRepeatable: true,
      about: 'also asks about the same data in a well-known form; toon needs its development package',
    },
    questions: { type: 'string', value: 'N', about: 'questions for each output', otherwise: '8' },
    seed: { type: 'string', value: 'N', about: 'other seeds give other questions', otherwise: '1' },
    'max-calls': {
      type: 'string',
      value: 'N',
      about: 'the most calls, on outputs chosen at random',
      otherwise: '1000',
    },
    thinking: {
      type: 'string',
      value: 'N',
      about: 'tokens that the model may think before each answer',
      otherwise: '0; 4000 for OpenAI models that always think',
    },
    unchanged: { type: 'boolean', about: 'asks about outputs that no profile changes, too' },
    state: { type: 'string', value: 'FILE', about: 'where the answers are kept', otherwise: STATE_FILE },
    'show-lost': { type: 'boolean', about: 'print the questions that a form lost: quotes the outputs' },
    markdown: { type: 'boolean', about: 'print a table in Markdown' },
    json: { type: 'boolean', about: 'print the figures for a program to read' },
  },
  examples: [
    'm2m eval pods.txt build.log --endpoint http://127.0.0.1:8080/v1 --model qwen2.5-coder',
    'm2m eval --corpus recordings --endpoint https://api.openai.com/v1 --model gpt-5-mini --max-calls 400',
    'm2m eval pods.txt --dialect anthropic --endpoint https://api.anthropic.com --model claude-sonnet-5',
  ],
  async run({ values, operands }) {
    const options = await optionsOf(values, operands)
    const progress = createEvalProgress(options.stateFile)
    const interrupted = new AbortController()
    const interrupt = (): void => interrupted.abort()
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    const result = await evaluate({ ...options, signal: interrupted.signal, events: progress })
    progress.end()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    if (values.json) printJson(result)
    else print(values.markdown ? evalMarkdown(result) : evalText(result))
    if (result.failure !== undefined && result.calls > 0) {
      printMessage(`the answers so far are in ${options.stateFile}: the same command goes on from them`)
    }
    return result.failure === undefined && result.rows.length > 0 ? 0 : 1
  },
})

interface Flags {
  readonly corpus?: string
  readonly endpoint?: string
  readonly dialect?: string
  readonly model?: string
  readonly profile?: readonly (typeof PROFILE_NAMES)[number][]
  readonly yardstick?: readonly (typeof YARDSTICK_NAMES)[number][]
  readonly questions?: string
  readonly seed?: string
  readonly 'max-calls'?: string
  readonly thinking?: string
  readonly unchanged?: boolean
  readonly state?: string
  readonly 'show-lost'?: boolean
  readonly markdown?: boolean
  readonly json?: boolean
}

type Options = Omit<EvalOptions, 'signal' | 'events'>

async function optionsOf(flags: Flags, files: readonly string[]): Promise<Options> {
  const { corpus, model, profile = ['Safe', 'Balanced'], yardstick = [], state = STATE_FILE } = flags
  if (flags.json && flags.markdown) throw usageError('--json and --markdown exclude each other')
  if ((corpus === undefined) === (files.length === 0)) {
    throw usageError('name FILEs that hold a tool output each, or a folder of recorded sessions with --corpus DIR')
  }
  if (model === undefined) throw usageError('--model NAME is needed: the model that is asked')
  const dialect = EVAL_DIALECTS.find(({ name }) => name === (flags.dialect ?? 'openai'))
  if (dialect === undefined) throw usageError('--dialect names no API')
  const number = (flag: 'questions' | 'seed' | 'max-calls' | 'thinking', otherwise: number, min = 1): number =>
    flags[flag] === undefined ? otherwise : wholeNumber(`--${flag}`, flags[flag], { min, max: 1e9 })
  const checked = {
    dialect,
    endpoint: endpointOf(flags.endpoint),
    model,
    key: keyOf(dialect.keys),
    questions: number('questions', 8),
    seed: number('seed', 1, 0),
    maxCalls: number('max-calls', 1000),
    thinking: number('thinking', 0, 0),
  }
  return {
    ...checked,
    sources: corpus === undefined ? files.map((file) => requestWith(file, readText(file))) : requestsIn(corpus),
    profiles: PROFILE_NAMES.filter((name) => profile.includes(name)),
    yardsticks: await loadYardsticks(yardstick),
    settings: settingsOf({}),
    vocabularies,
    withUnchanged: flags.unchanged ?? false,
    withLost: flags['show-lost'] ?? false,
    stateFile: state,
  }
}

/** The requests of a corpus; rows that are no recordings are named, as `m2m replay` does. */
function* requestsIn(corpus: string): Generator<Source, void> {
  for (const set of listSets(corpus)) {
    const skipped = new Map<string, number>()
    yield* requestsOf([set], (reason) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1))
    for (const [reason, rows] of skipped) printMessage(`skipped in ${set.name}: ${rows} (${reason})`)
  }
}

function endpointOf(endpoint: string | undefined): string {
  if (endpoint === undefined) throw usageError('--endpoint URL is needed: the base URL of an API, as an SDK takes it')
  const { protocol = '', username = '', password = '', search = '' } = URL.parse(endpoint) ?? {}
  if (username + password + search !== '') {
    throw usageError('--endpoint takes no user, password or query; the key comes from the environment')
  }
  if (protocol === 'http:' || protocol === 'https:') return endpoint
  throw usageError(`--endpoint takes a URL that begins with http:// or https://, not ${JSON.stringify(endpoint)}`)
}

/** The first variable that is set; a key from a file often has a line end. */
function keyOf(names: readonly string[]): string | undefined {
  const name = names.find((each) => process.env[each]?.trim())
  const key = process.env[name ?? '']?.trim()
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key
  throw usageError(`the key in ${name} holds characters that no HTTP header may have`)
}
