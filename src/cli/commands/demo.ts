/** `m2m demo`. */

import { once } from 'node:events'
import { loadConfig } from '../../../sidecar/config.ts'
import { startSidecar } from '../../../sidecar/start.ts'
import { PROVIDER_DIALECTS } from '../../core/dialect/index.ts'
import { startMock } from '../../mock/index.ts'
import { defineCommand } from '../command.ts'
import { type PlayedTurn, playTurn, type Stage } from '../demo/play.ts'
import { readDemoSession } from '../demo/session.ts'
import { story } from '../demo/story.ts'
import { createProgress, isWatched, print } from '../output.ts'
import { projectFile } from '../project-files.ts'
import { vocabularies } from '../vocabularies.ts'

const POLICY = 'examples/m2mpolicy.yaml'

export const demo = defineCommand({
  operands: '',
  about: [
    'Starts a mock LLM and the sidecar with examples/m2mpolicy.yaml, plays a recorded agent',
    'session through them, and prints per request and in total what was saved, and whether',
    'the model saw the same values. Nothing leaves this machine, no key is needed.',
    '',
    'On a terminal the savings page stays up until Ctrl-C; elsewhere the demo ends by',
    'itself. Exit code 1 when a value differs.',
  ].join('\n'),
  options: {
    port: { type: 'string', value: 'N', about: "the sidecar's data port", otherwise: 'a free one' },
    'admin-port': { type: 'string', value: 'N', about: 'the port of the savings page', otherwise: 'a free one' },
  },
  examples: ['m2m demo', 'm2m demo --port 4141 --admin-port 4142'],
  async run({ values }) {
    const stage = await build({ port: '0', 'admin-port': '0', ...values })
    try {
      const isSame = await play(stage)
      if (isWatched()) await stayUp(stage)
      return isSame ? 0 : 1
    } finally {
      await stage.sidecar.close()
      await stage.mock.close()
    }
  },
})

/** Sends every provider of the policy to the mock, so that no call leaves this machine. */
async function build(ports: Readonly<Record<string, string>>): Promise<Stage> {
  const mock = await startMock({ countTokens: (text) => vocabularies.get('o200k_base').count(text) })
  try {
    const upstream = PROVIDER_DIALECTS.filter((name) => name !== 'none').map((name) => `${name}=${mock.url}`)
    const flags = { ...ports, policy: projectFile(POLICY), upstream, 'log-level': 'error' }
    return { mock, sidecar: await startSidecar(loadConfig({ flags, env: {} })) }
  } catch (error) {
    await mock.close()
    throw error
  }
}

async function play(stage: Stage): Promise<boolean> {
  const { title, turns } = readDemoSession()
  const progress = createProgress()
  const played: PlayedTurn[] = []
  print(`agent session "${title}" -> sidecar ${stage.sidecar.dataUrl} (${POLICY}) -> mock model ${stage.mock.url}\n`)
  for (const [index, turn] of turns.entries()) {
    progress.show(`request ${index + 1} of ${turns.length}`)
    played.push(await playTurn(stage, turn))
  }
  progress.clear()
  print(story(played))
  print('The session is rich in JSON; what your own agents would save: m2m replay --corpus DIR')
  return played.every(({ differences }) => differences === 0)
}

async function stayUp({ sidecar }: Stage): Promise<void> {
  print(`\nThe savings page is at ${sidecar.adminUrl}/ until you press Ctrl-C.`)
  const ended = new AbortController()
  const { signal } = ended
  await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })])
  ended.abort()
}
