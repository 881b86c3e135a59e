/** `m2m replay`. */

import { PROFILE_NAMES } from '../../core/policy/index.ts'
import { isSound, listSets, loadPeers, type ReplayOptions, replayCorpus } from '../../replay/index.ts'
import { defineCommand } from '../command.ts'
import { type EngineFlags, settingsOf } from '../options/engine-settings.ts'
import { createProgress, print, printJson } from '../output.ts'
import { replayMarkdown, replayText } from '../replay/index.ts'
import { didYouMean, usageError, wholeNumber } from '../usage.ts'
import { vocabularies } from '../vocabularies.ts'

const ABOUT = `Replays recorded sessions through the engine, request by request as the agent sent
them, and prints what is saved and whether every promise holds: no request larger,
every changed block decodes, every turn extends the bytes of the one before, no session
costs more under its provider's prompt cache. Exit code 1 when one is broken.

A corpus is a folder of *.jsonl files, each a set; a row is {tools?, messages} (a
session), {name, text} (a tool output) or {uri, body, usage} (a recorded call).
Tokens are counted in o200k: content, call names and arguments, 0.62 x tools.
Times are those of a warm process.

Costs are those of all input, in tokens at full price, under simulated prompt caches:
anthropic (claude-sonnet-5; -explicit: hosts without automatic marks), openai-implicit
(before GPT-5.6) and openai-breakpoint (GPT-5.6). Contents are sent as arrays of blocks;
"strings": as plain strings, which cannot be marked. openai-implicit reads in steps of
128 tokens, so that a session may lose one by chance: there the promise is about all
sessions together.

--peers runs other compressors on the same requests: @llmtrim/js on the whole request,
@toon-format/toon and @tron-format/tron on each tool result that is JSON, where that is
shorter; JSON.stringify is the baseline without a package. They do not change the exit
code.`

export const replay = defineCommand({
  operands: '',
  about: ABOUT,
  options: {
    corpus: { type: 'string', value: 'DIR', about: 'the folder with the recorded sessions' },
    set: { type: 'string', value: 'NAME', isRepeatable: true, about: 'only this set', otherwise: 'all of them' },
    limit: { type: 'string', value: 'N', about: 'only the first N rows of each set', otherwise: 'all of them' },
    profile: {
      type: 'string',
      choices: [...PROFILE_NAMES, 'all'],
      isRepeatable: true,
      about: 'which techniques; several stand side by side',
      otherwise: 'Safe',
    },
    'user-text': {
      type: 'string',
      choices: ['Never', 'Observations', 'all'],
      about:
        'Observations: also user messages after the first answer; all: so once more where they hold the tool output',
      otherwise: 'Never; all with --markdown',
    },
    peers: { type: 'boolean', about: 'run other compressors on the same requests' },
    'without-costs': { type: 'boolean', about: 'leave out the simulated prompt caches, which take most of the time' },
    markdown: { type: 'boolean', about: 'print the tables of docs/replay.md' },
    json: { type: 'boolean', about: 'print the figures for a program to read' },
  },
  examples: [
    'm2m replay --corpus examples/sessions',
    'm2m replay --corpus recordings --set coding-agent --user-text Observations',
    'm2m replay --corpus recordings --profile all --peers --markdown',
    'm2m replay --corpus recordings --json > figures.json',
  ],
  async run({ values }) {
    if (values.corpus === undefined) {
      throw usageError('--corpus DIR is needed: a folder of *.jsonl files with recorded sessions')
    }
    if (values.json && values.markdown) throw usageError('--json and --markdown exclude each other')
    const options = await optionsOf(values)
    const sets = chosen(listSets(values.corpus), values.set)
    const progress = createProgress()
    const result = replayCorpus(sets, {
      ...options,
      onProgress: ({ set, contender, row, rows }) => progress.show(`${set}, ${contender}: row ${row} of ${rows}`),
    })
    progress.clear()
    if (values.json) printJson(result)
    else print(values.markdown ? replayMarkdown(result) : replayText(result))
    return result.sets.every(isSound) ? 0 : 1
  },
})

interface Flags {
  readonly limit?: string
  readonly profile?: readonly string[]
  readonly 'user-text'?: EngineFlags['user-text'] | 'all'
  readonly peers?: boolean
  readonly 'without-costs'?: boolean
  readonly markdown?: boolean
}

async function optionsOf({ limit, profile = ['Safe'], peers, markdown, ...flags }: Flags): Promise<ReplayOptions> {
  const userText = flags['user-text'] ?? (markdown ? 'all' : 'Never')
  return {
    settings: settingsOf({ 'user-text': userText === 'all' ? 'Never' : userText }),
    profiles: PROFILE_NAMES.filter((name) => profile.includes(name) || profile.includes('all')),
    withObservations: userText === 'all',
    peers: peers ? await loadPeers() : [],
    withCosts: !flags['without-costs'],
    vocabularies,
    ...(limit !== undefined && { limit: wholeNumber('--limit', limit, { min: 1, max: 1e9 }) }),
  }
}

function chosen<T extends { readonly name: string }>(
  sets: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  const known = sets.map(({ name }) => name)
  for (const name of names ?? []) {
    if (!known.includes(name)) throw usageError(`no set ${name} in the corpus${didYouMean(name, known)}`)
  }
  return names === undefined ? sets : sets.filter(({ name }) => names.includes(name))
}
