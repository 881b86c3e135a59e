/** The page that lists the settings. */

import { expect, test } from 'vitest'
import { settingsReference } from '../../../sidecar/config.ts'

test('names every setting with variable, flag and default', () => {
  const page = settingsReference()
  expect(page).toContain('| `proxy.port` | `M2M_PROXY_PORT` | `--port` | `4141` |')
  expect(page).toContain('| `otlp.endpoint` | `OTEL_EXPORTER_OTLP_ENDPOINT` |  |  |')
  expect(page.split('\n').filter((line) => line.startsWith('| `'))).toHaveLength(33)
})
