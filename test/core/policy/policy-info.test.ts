import { expect, test } from 'vitest'
import { runningPolicy } from '../../../src/core/policy/documents.ts'

const LINE = 'm2m_policy_info{policy="api",policy_namespace="shop",revision="r1",hash="abc"} 1'

test.each([
  ['a line of the sidecar', `# HELP m2m_policy_info The policy\n${LINE}\nm2m_pins 0\n`, false],
  ['a sidecar that cannot use its files', `m2m_config_stale 1\n${LINE}\n`, true],
  ['one that can', `${LINE}.0 1700000000000\nm2m_config_stale 0\n`, false],
])('the policy in force is read from %s', (_, metrics, isStale) => {
  expect(runningPolicy(metrics)).toEqual({ name: 'api', namespace: 'shop', revision: 'r1', hash: 'abc', isStale })
})

test('a sidecar without a bundle has no hash, and a policy of a file no namespace', () => {
  const metrics = 'm2m_policy_info{policy="default",policy_namespace="",revision="r1",hash=""} 1'
  expect(runningPolicy(metrics)).toMatchObject({ name: 'default', namespace: '', hash: '' })
})

test('names that nobody can have are not taken over: a terminal would obey them', () => {
  const metrics = LINE.replace('shop', '\u001b]0;owned\u0007')
  expect(runningPolicy(metrics)).toMatchObject({ name: 'api', namespace: '', hash: 'abc' })
})

test.each([
  ['other metrics', 'm2m_pins 0\n'],
  ['a policy that is no longer in force', LINE.replace('} 1', '} 0')],
  ['HTML', '<html></html>'],
  // With a search for names anywhere in it, a megabyte would take minutes.
  ['a line without an end', `m2m_policy_info{${'a'.repeat(1_000_000)}} 1`],
])('nothing is read from %s', (_, metrics) => {
  expect(runningPolicy(metrics)).toBeUndefined()
})
