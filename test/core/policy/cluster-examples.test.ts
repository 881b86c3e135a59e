/** The policies of examples/kubernetes are valid, and do what their comments say. */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { acceptPolicy, isRefused, type PolicyObject, policiesOf } from '../../../src/core/policy/candidates.ts'
import { parsePolicyDocuments } from '../../../src/core/policy/documents.ts'
import { firstMatch } from '../../../src/core/policy/precedence.ts'

const FOLDER = 'examples/kubernetes'
const POLICIES = ['namespace-default', 'off-switch', 'team'].map((name) => `${name}.yaml`)

const read = (file: string): unknown => parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))

test('every file is a policy or the workload', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(['deployment.yaml', ...POLICIES].sort())
})

test.each(POLICIES)('%s has neither an error nor a field without effect', (file) => {
  const { policies, errors, notes } = parsePolicyDocuments(readFileSync(`${FOLDER}/${file}`, 'utf8'), file)
  expect([policies.length, errors, notes]).toEqual([1, [], []])
})

describe('the policy of the example workload', () => {
  const { metadata } = (
    read('deployment.yaml') as { spec: { template: { metadata: { labels: Record<string, string> } } } }
  ).spec.template
  const namespace = { name: 'agents', labels: { 'kubernetes.io/metadata.name': 'agents' } }

  const winnerAmong = (...policies: PolicyObject[]): string | undefined => {
    const accepted = policies.map((each) => acceptPolicy(each, 'm2m-system'))
    const held = accepted.flatMap((each) => (isRefused(each) ? [] : [each]))
    expect(held).toHaveLength(policies.length)
    return firstMatch(policiesOf(namespace, held), metadata.labels)?.name
  }
  const [byDefault, offSwitch, team] = POLICIES.map((file) => read(file) as PolicyObject)

  test("is its team's, not the namespace's default", () => {
    expect(winnerAmong(byDefault!, team!)).toBe('research')
    expect(winnerAmong(byDefault!)).toBe('default')
  })

  test('is the same with the whole folder applied, and the off switch once that is on', () => {
    expect(winnerAmong(team!, offSwitch!, byDefault!)).toBe('research')
    const isOn = { ...offSwitch!, spec: { ...(offSwitch!.spec as object), suspend: false } }
    expect(winnerAmong(team!, isOn, byDefault!)).toBe('off-switch')
  })
})
