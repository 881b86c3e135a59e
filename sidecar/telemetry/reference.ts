/** The reference page of spans and metrics, from the tables that define them. */

import { SPAN_ATTRIBUTES } from './attributes.ts'
import { INSTRUMENTS, type Instrument } from './metrics/instruments.ts'

/** @returns Markdown */
export function telemetryReference(): string {
  return `# Telemetry

Names follow OpenTelemetry's semantic conventions for generative AI, version 1.41, and our own \`m2m.*\`. Nothing here ever
carries content: no prompt, no answer, no header. An unknown figure is absent. A call that is not billed has no
\`m2m.tokens.*\`, no \`m2m.bytes.*\` and no cost, in spans and metrics alike.

## Spans

With an OTLP endpoint configured, every LLM call is one span of kind CLIENT, named \`{gen_ai.operation.name} {gen_ai.request.model}\`.
Its parent is the caller's span (\`traceparent\`), whose sampling decision it follows; the provider receives the span as \`traceparent\`.

| attribute | meaning |
|---|---|
${rows(SPAN_ATTRIBUTES)}
| \`m2m.technique.<name>.saved_tokens\` | tokens saved by one technique |

## Metrics

Served as Prometheus text on the admin port, \`/metrics\`: dots become underscores, a unit is appended (\`_seconds\`), and \`_total\` to counters.
The first 100 models have labels of their own; later ones are counted as \`other\`.

| instrument | type | unit | labels | meaning |
|---|---|---|---|---|
${instrumentRows()}
`
}

function rows(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([name, about]) => `| \`${name}\` | ${about} |`)
    .join('\n')
}

function instrumentRows(): string {
  const instruments: readonly (readonly [string, Instrument])[] = Object.entries(INSTRUMENTS)
  return instruments
    .map(
      ([name, { type, unit, labels, about }]) =>
        `| \`${name}\` | ${type} | \`${unit}\` | ${labels.join(', ')} | ${about} |`,
    )
    .join('\n')
}
