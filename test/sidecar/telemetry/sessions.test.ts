import { beforeEach, describe, expect, test } from 'vitest'
import { groupOf } from '../../../sidecar/session/index.ts'
import type { SessionCall } from '../../../sidecar/telemetry/groups/session-call.ts'
import { createSessions, type GroupsReport, type Sessions } from '../../../sidecar/telemetry/groups/sessions.ts'

let now = 0
let sessions: Sessions

beforeEach(() => {
  now = 0
  sessions = createSessions(() => now)
})

function call(different: Partial<SessionCall> = {}): SessionCall {
  return {
    session: 'a',
    group: 'treated',
    revision: 'r1',
    isAnswered: true,
    failedResults: [],
    tokens: { original: 1000, sent: 700 },
    costUsd: 0.01,
    finishReasons: ['stop'],
    ...different,
  }
}

/** So many sessions of a group, each with `turns` calls of which the last holds `errors` failed results. */
function run(group: 'treated' | 'holdout', count: number, { turns, errors = 0 }: { turns: number; errors?: number }) {
  for (let i = 0; i < count; i++) {
    const failedResults = Array.from({ length: errors }, (_, error) => error)
    for (let turn = 1; turn <= turns; turn++) {
      const seen = turn === turns ? failedResults : []
      sessions.record(call({ session: `${group}-${turns}-${i}`, group, failedResults: seen }))
    }
  }
}

describe('the group of a call', () => {
  const facts = { continuesResponse: false }
  test.each([
    ['treated', { mode: 'Enforce', isHeldOut: false }, facts],
    ['holdout', { mode: 'Enforce', isHeldOut: true }, facts],
    ['audit', { mode: 'Audit', isHeldOut: false }, facts],
    [undefined, { mode: 'Disabled', isHeldOut: false }, facts],
    [undefined, { mode: 'Enforce', isHeldOut: false }, { continuesResponse: true }],
  ] as const)('is %s for %j', (group, settings, about) => {
    expect(groupOf(settings, about)).toBe(group)
  })
})

describe('sessions', () => {
  test('are none at first', () => {
    expect(sessions.report()).toEqual({ groups: {}, groups_note: 'No session yet.' })
  })

  test('add up by group', () => {
    sessions.record(call())
    sessions.record(call({ finishReasons: ['tool_calls'] }))
    sessions.record(call({ session: 'b', group: 'holdout', tokens: { original: 500, sent: 500 } }))
    expect(sessions.report().groups).toMatchObject({
      treated: {
        sessions: 1,
        live_sessions: 1,
        calls: 2,
        tokens_original: 2000,
        tokens_sent: 1400,
        cost_usd: 0.02,
        priced_calls: 2,
        turns_per_session: 2,
        finish_reasons: { stop: 1, tool_calls: 1 },
      },
      holdout: { sessions: 1, calls: 1, tokens_original: 500, tokens_sent: 500, cost_usd: 0.01 },
    })
    expect(sessions.report().groups).not.toHaveProperty('audit')
  })

  test('do not count an unknown figure as zero', () => {
    sessions.record(call({ tokens: undefined, costUsd: undefined }))
    sessions.record(call({ session: 'b', group: 'holdout', isAnswered: false }))
    expect(sessions.report().groups).toMatchObject({
      treated: { calls: 1, cost_usd: null, priced_calls: 0 },
      holdout: { sessions: 0, calls: 0, failed_calls: 1, turns_per_session: null, tool_errors_per_session: null },
    })
  })

  test('count a failed result once, although the history is sent again on each turn', () => {
    expect(sessions.record(call({ failedResults: [1] })).newToolErrors).toBe(1)
    expect(sessions.record(call({ failedResults: [1, 2, 2] })).newToolErrors).toBe(1)
    expect(sessions.record(call({ failedResults: [2] })).newToolErrors).toBe(0)
    expect(sessions.record(call({ session: 'b', failedResults: [1] })).newToolErrors).toBe(1)
    expect(sessions.report().groups.treated).toMatchObject({
      tool_errors: 3,
      tool_errors_per_session: 1.5,
      tool_errors_per_turn: 0.75,
    })
  })

  test('count failed results up to a bound', () => {
    const many = Array.from({ length: 10_000 }, (_, error) => error)
    expect(sessions.record(call({ failedResults: many })).newToolErrors).toBe(128)
    expect(sessions.record(call({ failedResults: many })).newToolErrors).toBe(0)
  })

  test('keep the failed results of a call that was not answered', () => {
    sessions.record(call({ isAnswered: false, failedResults: [1] }))
    sessions.record(call({ failedResults: [1] }))
    expect(sessions.report().groups.treated).toMatchObject({ calls: 1, tool_errors: 1, tool_errors_per_session: 1 })
  })

  test('report a new revision once, and not for a first call', () => {
    const told = ['r1', 'r1', 'r2', 'r2', 'r1'].map((revision) => sessions.record(call({ revision })).isRevisionNew)
    expect(told).toEqual([false, false, true, false, true])
  })

  test('report a new revision although it moved the session to another group', () => {
    sessions.record(call())
    expect(sessions.record(call({ group: 'audit', revision: 'r2' })).isRevisionNew).toBe(true)
    expect(sessions.takeEnded()).toEqual([{ group: 'treated', turns: 1 }])
    expect(sessions.report().groups).toMatchObject({ treated: { live_sessions: 0 }, audit: { live_sessions: 1 } })
  })

  test('belong to no group where compression is off', () => {
    sessions.record(call({ group: undefined, failedResults: [1] }))
    expect(sessions.report().groups).toEqual({})
    now = 31 * 60_000
    expect(sessions.takeEnded()).toEqual([])
  })

  test('end after half an hour without a call, and are reported once', () => {
    sessions.record(call())
    now = 20 * 60_000
    sessions.record(call())
    sessions.record(call({ session: 'b', group: 'holdout' }))
    now = 45 * 60_000
    sessions.record(call({ session: 'b', group: 'holdout' }))
    expect(sessions.takeEnded()).toEqual([])
    now = 51 * 60_000
    expect(sessions.takeEnded()).toEqual([{ group: 'treated', turns: 2 }])
    expect(sessions.takeEnded()).toEqual([])
    expect(sessions.report().groups).toMatchObject({
      treated: { sessions: 1, live_sessions: 0, turns_per_session: 2 },
      holdout: { live_sessions: 1 },
    })
  })

  test('that come back later are new ones', () => {
    sessions.record(call())
    now = 31 * 60_000
    expect(sessions.record(call({ revision: 'r2' })).isRevisionNew).toBe(false)
    expect(sessions.report().groups.treated).toMatchObject({ sessions: 2, live_sessions: 1 })
  })

  test('are bounded: the one that was idle longest ends first', () => {
    sessions = createSessions(() => now, { maxSessions: 2, idleMs: 1000 })
    for (const session of ['a', 'b', 'a', 'c', 'a']) sessions.record(call({ session }))
    expect(sessions.takeEnded()).toEqual([{ group: 'treated', turns: 1 }])
    expect(sessions.report().groups.treated).toMatchObject({ sessions: 3, live_sessions: 2 })
  })

  test('count a bounded number of finish reasons', () => {
    for (let i = 0; i < 100; i++) sessions.record(call({ finishReasons: [`reason-${i}`] }))
    expect(Object.keys(sessions.report().groups.treated?.finish_reasons ?? {})).toHaveLength(21)
  })
})

describe('the note on the groups', () => {
  const note = (): GroupsReport['groups_note'] => sessions.report().groups_note

  test('asks for a group to compare with', () => {
    run('treated', 40, { turns: 3 })
    expect(note()).toContain('holdoutPercent')
  })

  test('states that Audit has nothing to compare', () => {
    sessions.record(call({ group: 'audit' }))
    expect(note()).toContain('Audit')
  })

  test('claims nothing of few sessions, however different', () => {
    run('treated', 40, { turns: 9 })
    run('holdout', 29, { turns: 1 })
    expect(note()).toMatch(/^40 treated and 29 held-out sessions: too few/)
  })

  test('does not call chance a difference', () => {
    run('treated', 20, { turns: 4 })
    run('treated', 20, { turns: 8 })
    run('holdout', 15, { turns: 4 })
    run('holdout', 16, { turns: 8 })
    expect(note()).toMatch(/No clear difference in turns per session.*No clear difference in tool errors per session/)
  })

  test('names harm that is more than chance', () => {
    run('treated', 20, { turns: 7, errors: 2 })
    run('treated', 20, { turns: 8, errors: 3 })
    run('holdout', 20, { turns: 4 })
    run('holdout', 20, { turns: 5 })
    expect(note()).toMatch(
      /more turns per session \(\+3\.00, 95 % interval \+2\.78 to \+3\.22\): compression may do harm/,
    )
    expect(note()).toMatch(/more tool errors per session \(\+2\.50/)
  })

  test('also reports when treated sessions do better', () => {
    run('treated', 30, { turns: 2 })
    run('holdout', 30, { turns: 3 })
    expect(note()).toContain('fewer turns per session (-1.00')
  })
})
