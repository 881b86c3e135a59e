/** The reference page of a program, generated from its settings and its figures: docs/reference/operator.md, injector.md. */

import type { InstrumentTable } from './instruments.ts'
import type { SettingsTable } from './settings/setting.ts'

export interface ReferencePage {
  /** `operator`; docs/NAME.md says what it does. */
  readonly program: string
  readonly settings: SettingsTable
  readonly instruments: InstrumentTable
}

export function programReference({ program, settings, instruments }: ReferencePage): string {
  const lines = Object.values(settings).map(({ env, arg, default: byDefault, doc }) =>
    row([code(env), code(arg && `--${arg}`), code(byDefault), doc]),
  )
  const figures = Object.entries(instruments).map(([name, { type, about, labels }]) =>
    row([
      code(type === 'counter' ? `${name}_total` : name),
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      about,
    ]),
  )
  return [
    `# Settings and metrics of the ${program}`,
    '',
    `What it does with them: [${program}.md](../${program}.md). Flags go before variables; empty variables count as unset.`,
    '`OTEL_EXPORTER_OTLP_ENDPOINT` and the other variables of the OpenTelemetry SDK send one span for each piece of work.',
    '',
    '| Variable | Flag | Default | Meaning |',
    '|---|---|---|---|',
    ...lines,
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

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function code(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `\`${text}\``
}
