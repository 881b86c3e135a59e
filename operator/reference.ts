/** The reference page of the operator, generated from its settings and its figures: docs/reference/operator.md. */

import { SETTINGS } from './config.ts'
import { INSTRUMENTS } from './metrics.ts'

export function operatorReference(): string {
  const settings = Object.values<Row>(SETTINGS).map(({ env, arg, default: byDefault, doc }) =>
    row([code(env), code(arg && `--${arg}`), code(byDefault), doc]),
  )
  const figures = Object.entries(INSTRUMENTS).map(([name, { type, about, labels }]) =>
    row([
      code(type === 'counter' ? `${name}_total` : name),
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      about,
    ]),
  )
  return [
    '# Settings and metrics of the operator',
    '',
    'What it does with them: [operator.md](../operator.md). Flags go before variables; empty variables count as unset.',
    '`OTEL_EXPORTER_OTLP_ENDPOINT` and the other variables of the OpenTelemetry SDK send one span for each piece of work.',
    '',
    '| Variable | Flag | Default | Meaning |',
    '|---|---|---|---|',
    ...settings,
    '',
    '## Metrics',
    '',
    '`/metrics`, in the text format of Prometheus.',
    '',
    '| Name | Type | Labels | Meaning |',
    '|---|---|---|---|',
    ...figures,
    '',
  ].join('\n')
}

interface Row {
  readonly env: string
  readonly arg?: string
  readonly default: string
  readonly doc: string
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function code(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `\`${text}\``
}
