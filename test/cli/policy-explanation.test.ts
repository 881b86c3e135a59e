/** The lines of an explanation, which come from pods and objects that others write. */

import { expect, test } from 'vitest'
import { explanationLines } from '../../src/cli/print/policy-explanation.ts'

test('a pod and a bundle cannot send commands to the terminal of whoever asks about them', () => {
  const command = '\u001b]0;owned\u0007\u009b31m\u202e'
  const lines = explanationLines({
    pod: { namespace: 'shop', name: 'api', labels: {} },
    policy: undefined,
    providersOf: undefined,
    losers: [],
    others: [],
    injection: undefined,
    cluster: {
      operatorNamespace: 'm2m-system',
      bundle: { state: 'read', version: 2, entry: { key: `shop.${command}.json`, hash: 'h' } },
      shouldRun: undefined,
      runs: { problem: `GET /metrics: 500 ${command}` },
      blocks: [{ reason: 'SidecarUnreachable', message: command }],
    },
    notes: [],
  })
  const text = lines.join('\n')
  expect(text).toMatch(/500 .*0;owned/)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})
