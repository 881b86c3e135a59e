/** Operators act while conversations are live whose reasoning is bound to what was sent (PC sections 1.9 and 2). */

import { describe, expect, type TestContext } from 'vitest'
import { isHeldOut, type SessionSource, sessionId } from '../../../sidecar/session/index.ts'
import { type Conversation, lastResults, statuses, takeTurn, test } from '../../support/provider/conversation.ts'
import { type Fault, failOnce, failOnNewBlocks } from '../../support/provider/faults.ts'
import { listing } from '../../support/provider/listing.ts'
import type { Operator, OperatorOptions } from '../../support/provider/operator.ts'

const TURNS = 6

interface Action extends OperatorOptions {
  /** Before turn 3. */
  readonly act?: (operator: Operator) => Promise<unknown>
  /** While turn 3 runs. */
  readonly fault?: () => Fault
  /** Of the call of turn 3. */
  readonly headers?: Readonly<Record<string, string>>
  readonly session?: string
  /** What the sidecar cannot know is refused by Anthropic and asked again; OpenAI says nothing. */
  readonly needsRefusal?: boolean
}

const BALANCED = { profile: 'Balanced' }
const SPEC = { compression: BALANCED }
const BYPASS = { 'x-m2m-bypass': 'true' }

const ACTIONS: Readonly<Record<string, Action>> = {
  'Audit -> Enforce': change({ mode: 'Audit' }, { mode: 'Enforce' }),
  'Enforce -> Audit': change({ mode: 'Enforce' }, { mode: 'Audit' }),
  'Enforce -> Disabled': change({ mode: 'Enforce' }, { mode: 'Disabled' }),
  'Safe -> Balanced': change({ profile: 'Safe' }, BALANCED),
  'Balanced -> Safe': change(BALANCED, { profile: 'Safe' }),
  'Aggressive -> Safe': change({ profile: 'Aggressive' }, { profile: 'Safe' }),
  'holdout 0 -> 50': { ...change({ holdoutPercent: 0 }, { holdoutPercent: 50 }), session: heldOut() },
  'holdout 50 -> 0': { ...change({ holdoutPercent: 50 }, { holdoutPercent: 0 }), session: heldOut() },
  'minTokens 32 -> 1000000': change({}, { minTokens: 1_000_000 }),
  'minTokens 1000000 -> 32': change({ minTokens: 1_000_000 }, {}),
  'a tool that is excluded': change(BALANCED, { ...BALANCED, excludeTools: ['find_*'] }),
  'a tool that is no longer excluded': change({ ...BALANCED, excludeTools: ['run_*'] }, BALANCED),
  'a limit that leaves bodies alone': {
    spec: SPEC,
    act: (operator) => operator.setPolicy({ ...SPEC, limits: { maxTransformBytes: 1_024 } }),
  },
  'x-m2m-bypass on one call': { spec: SPEC, headers: BYPASS },
  'x-m2m-bypass on one call, with Audit': { spec: { compression: { mode: 'Audit' } }, headers: BYPASS },
  'a restart that keeps its state': { spec: SPEC, act: (operator) => operator.restart() },
  'a restart that loses its state': { hasState: false, act: (operator) => operator.restart(), needsRefusal: true },
  'a second sidecar with the same state': { spec: SPEC, act: (operator) => operator.takeOver() },
  'a second sidecar of its own': { hasState: false, act: (operator) => operator.takeOver(), needsRefusal: true },
  'an engine that fails on new results': { spec: SPEC, fault: failOnNewBlocks },
  'an engine that fails once': { spec: SPEC, fault: failOnce, needsRefusal: true },
}

describe('operators act while a conversation is live', () => {
  test.for(Object.entries(ACTIONS))(
    'PC-1: %s is not noticed by the caller, and asks Anthropic at most once more',
    async ([, action], { withAnthropic, onTestFinished }) => {
      const conversation = await withAnthropic(action)
      await converse(conversation, action, onTestFinished)
      const { provider } = conversation
      expect(provider.calls.length).toBeLessThanOrEqual(TURNS + 1)
      // A refusal that was asked again is healed for good.
      expect(statuses(provider).slice(-2)).toEqual([200, 200])
      expect(provider.transformations).toEqual([])
    },
  )

  test.for(Object.entries(ACTIONS).filter(([, { needsRefusal = false }]) => !needsRefusal))(
    'PC-1: %s costs no reasoning at OpenAI',
    async ([, action], { withOpenAI, onTestFinished }) => {
      const conversation = await withOpenAI(action)
      await converse(conversation, action, onTestFinished)
      expect(statuses(conversation.provider)).toEqual(Array(TURNS).fill(200))
      expect(conversation.provider.transformations).toEqual([])
    },
  )

  test.for(['never', 'newAccounts'] as const)(
    'PC-1: an account that is checked %s reports no mismatch either',
    async (enforce, { withAnthropic }) => {
      const betas = ['thinking-binding-controls-2026-08-01']
      const conversation = await withAnthropic({ provider: { enforce }, agent: { fields: { betas } } })
      const { provider, operator, agent } = conversation
      const policies = [{ mode: 'Audit' }, { mode: 'Audit' }, { mode: 'Enforce' }, BALANCED, { mode: 'Disabled' }]
      for (const [turn, compression] of policies.entries()) {
        await operator.setPolicy({ compression })
        if (turn === 4) await operator.restart()
        await takeTurn(conversation, turn, turn === 3 ? { headers: BYPASS } : {})
      }
      expect(statuses(provider)).toEqual([200, 200, 200, 200, 200])
      expect(provider.transformations).toEqual([])
      expect(agent.replies.map((reply) => reply.input_transformations ?? [])).toEqual([[], [], [], [], []])
    },
  )
})

test('PC-1: two sidecars that serve in turn find what the other one sent, also where a body is too large to change', async ({
  withAnthropic,
}) => {
  const spec = { compression: BALANCED, limits: { maxTransformBytes: 6_000 } }
  const { provider, operator, agent } = await withAnthropic({ spec })
  for (let turn = 0; turn < 12; turn++) {
    if (turn > 0) agent.answer([{ text: listing(16, turn) }])
    agent.options.url = operator.edge.url
    await agent.ask()
    await operator.takeOver()
  }
  expect(statuses(provider)).toEqual(Array(12).fill(200))
  const [first] = lastResults(provider)
  expect(first?.length).toBeLessThan(listing(16, 1).length)
  expect(provider.calls.at(-1)?.body.length).toBeGreaterThan(6_000)
})

async function converse(
  conversation: Conversation,
  { act, fault, headers, session = 'mine' }: Action,
  onFinished: TestContext['onTestFinished'],
): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    const isChosen = turn === 3
    if (isChosen) await act?.(conversation.operator)
    const broken = isChosen ? fault?.() : undefined
    onFinished(() => broken?.mockRestore())
    await takeTurn(conversation, turn, { headers: { 'x-m2m-session': session, ...(isChosen && headers) } })
    broken?.mockRestore()
  }
}

function change(from: object, to: object): Action {
  return { spec: { compression: from }, act: (operator) => operator.setPolicy({ compression: to }) }
}

/** @returns the name of a session that a share of 50 % leaves unchanged */
function heldOut(): string {
  const source = { facts: { session: { opening: [], continuesResponse: false } } } as unknown as SessionSource
  const isOut = (name: string): boolean => {
    return isHeldOut(sessionId(source, { 'x-m2m-session': name }, ''), 50, source.facts.session)
  }
  return ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].find(isOut)!
}
