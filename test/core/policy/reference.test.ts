import { expect, test } from 'vitest'
import { policyReference } from '../../../src/core/policy/documents.ts'

test('names every field with its type, default and meaning, and what is not available yet', () => {
  const page = policyReference()
  expect(page).toContain('| `compression.minTokens` | integer, 0 to 1000000 | `32` | new results | The smallest block')
  expect(page).toContain('| `providers[].timeouts.firstByte` |')
  expect(page).toContain('* `compression.holdoutPercent` has no effect: sessions are held out only with mode Enforce')
  expect(page).toContain('| anthropic | anthropic | <https://api.anthropic.com> |')
  expect(page).toContain('| `providers[].envVars` | list, at most 8 | of the provider | next pod |')
  expect(page).toContain('| `sidecar.resources.limits.cpu` | a quantity such as 500m,')
  expect(page).toContain('| `compression.profile` | `Safe`, `Balanced`, `Aggressive` | `Safe` | new results |')
  expect(page).toContain('`telemetry.recordContent: true`')
  expect(page).toContain('`{ "version": 2, "policies": [{')
  const cells = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').length)
  expect(new Set(cells)).toEqual(new Set([5]))
})
