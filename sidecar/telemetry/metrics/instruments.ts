/** Every instrument by name: type, unit, meaning, labels. Metrics and their reference page come from this table. */

export interface Instrument {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly about: string
  /** In the order in which metrics.ts gives their values. */
  readonly labels: readonly string[]
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[]
}

const GEN_AI = ['gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model'] as const

/** The conventions' own buckets (v1.41): powers of four tokens, doublings of 10 ms. */
const TOKENS = Array.from({ length: 14 }, (_, i) => 4 ** i)
const SECONDS = Array.from({ length: 14 }, (_, i) => (10 * 2 ** i) / 1000)

/** The sidecar's own time is counted from 50 us up. */
const FINE_SECONDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

/** Most sessions are short, and the long ones cost most. */
const TURNS = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]

const BY_MODEL = ['policy', 'provider', 'model', 'group', 'accuracy'] as const

export const INSTRUMENTS = {
  'm2m.requests': {
    type: 'counter',
    unit: '{request}',
    about: 'Requests by outcome; without a model: not an LLM call',
    labels: ['outcome', 'policy', 'provider', 'model'],
  },
  'm2m.passthrough': {
    type: 'counter',
    unit: '{request}',
    about:
      'Requests that were sent as they came, by reason: signed, bypass, subscription, size, memory, unread, disabled, short, no_gain',
    labels: ['reason', 'provider'],
  },
  'm2m.refusals': {
    type: 'counter',
    unit: '{call}',
    about: 'Calls that the sidecar answered with an error of its own, by its code; without a provider: none was chosen',
    labels: ['reason', 'provider'],
  },
  'm2m.tokens.original': {
    type: 'counter',
    unit: '{token}',
    about: 'Tokens of billed requests as received',
    labels: BY_MODEL,
  },
  'm2m.tokens.sent': { type: 'counter', unit: '{token}', about: 'Tokens of billed requests as sent', labels: BY_MODEL },
  'm2m.tokens.saved': {
    type: 'counter',
    unit: '{token}',
    about: 'Tokens saved; in the group audit: tokens that would have been saved',
    labels: BY_MODEL,
  },
  'm2m.tokens.saved_weighted': {
    type: 'counter',
    unit: '{token}',
    about:
      'Tokens saved, weighed by the price that the provider would have billed; of calls whose cache split is known',
    labels: BY_MODEL,
  },
  'm2m.cost.saved': {
    type: 'counter',
    unit: '{USD}',
    about: "USD saved at the maker's list prices; of calls whose price is known",
    labels: ['policy', 'provider', 'model'],
  },
  'm2m.cost.unknown': {
    type: 'counter',
    unit: '{call}',
    about: 'Billed calls without a price: their tier, speed, place or completion window has no known factor',
    labels: ['term', 'provider', 'model'],
  },
  'm2m.bytes.original': {
    type: 'counter',
    unit: 'By',
    about: 'Bytes of billed request bodies as received',
    labels: ['provider', 'codec'],
  },
  'm2m.bytes.sent': {
    type: 'counter',
    unit: 'By',
    about: 'Bytes of billed request bodies as sent',
    labels: ['provider', 'codec'],
  },
  'm2m.blocks': {
    type: 'counter',
    unit: '{block}',
    about: 'Blocks by result; refused and failopen are known without a technique',
    labels: ['technique', 'result'],
  },
  'm2m.transform.duration': {
    type: 'histogram',
    unit: 's',
    about: 'Time spent on compression',
    labels: ['provider'],
    buckets: FINE_SECONDS,
  },
  'm2m.added_latency': {
    type: 'histogram',
    unit: 's',
    about: 'Time added by the sidecar: all but waiting for the upstream and the caller',
    labels: ['provider'],
    buckets: FINE_SECONDS,
  },
  'm2m.session.turns': {
    type: 'histogram',
    unit: '{turn}',
    about: 'Answered calls of sessions that have ended: idle for half an hour, or the oldest of more than 10,000',
    labels: ['group'],
    buckets: TURNS,
  },
  'm2m.session.tool_errors': {
    type: 'counter',
    unit: '{error}',
    about: 'Failed tool results, each counted once per session',
    labels: ['group'],
  },
  'm2m.prefix.changed': {
    type: 'counter',
    unit: '{session}',
    about: 'Live sessions that met a new revision of the policy: their earlier results keep their forms',
    labels: ['policy', 'provider'],
  },
  'm2m.prefix.broken': {
    type: 'counter',
    unit: '{request}',
    about: "Requests in which the client broke its session's prompt-cache prefix",
    labels: ['policy', 'provider'],
  },
  'm2m.prefix.lost_tokens': {
    type: 'counter',
    unit: '{token}',
    about: 'Tokens that were not read from the cache because of a broken prefix; an estimate',
    labels: ['policy', 'provider'],
  },
  'm2m.cache.misses': {
    type: 'counter',
    unit: '{reply}',
    about: "Replies whose prompt cache was not read, by the provider's own reason",
    labels: ['provider', 'reason'],
  },
  'm2m.cache.missed_tokens': {
    type: 'counter',
    unit: '{token}',
    about: 'Tokens that the cache would have held, as the provider says',
    labels: ['provider', 'reason'],
  },
  'm2m.input_transformations': {
    type: 'counter',
    unit: '{entry}',
    about:
      'Pieces of reasoning that did not fit the request, as the provider says; a prefix reason with the outcome compressed is an error of M2M until shown otherwise',
    labels: ['provider', 'outcome', 'kind', 'reason'],
  },
  'm2m.thinking.mismatches': {
    type: 'counter',
    unit: '{reply}',
    about: 'Replies with the header anthropic-thinking-prefix-mismatch, by its pattern',
    labels: ['provider', 'outcome', 'pattern'],
  },
  'm2m.streams': {
    type: 'counter',
    unit: '{stream}',
    about: 'Streamed replies by their end: finished, unfinished, error, truncated, aborted',
    labels: ['provider', 'end'],
  },
  'm2m.forms.unknown': {
    type: 'counter',
    unit: '{result}',
    about:
      'Tool results before reasoning whose form this sidecar did not know (after a restart, from another one): sent as they came',
    labels: ['provider'],
  },
  'm2m.forms.second_attempts': {
    type: 'counter',
    unit: '{call}',
    about: 'Calls that were sent again in the other form after the provider had refused their reasoning',
    labels: ['provider', 'result'],
  },
  'm2m.pins': { type: 'gauge', unit: '{result}', about: 'Tool results whose form is remembered', labels: [] },
  'm2m.pins.bytes': { type: 'gauge', unit: 'By', about: 'Memory of the remembered forms', labels: [] },
  'm2m.memory.used': {
    type: 'gauge',
    unit: 'By',
    about: 'Memory of what calls leave behind for later ones, by use',
    labels: ['use'],
  },
  'm2m.memory.limit': {
    type: 'gauge',
    unit: 'By',
    about: 'Share of M2M_MEMORY_MB that a use may take',
    labels: ['use'],
  },
  'm2m.config.reloads': {
    type: 'counter',
    unit: '{reload}',
    about: 'Policy documents read: applied, or rejected and the last good one kept',
    labels: ['result'],
  },
  'm2m.config.stale': {
    type: 'gauge',
    unit: '{policy}',
    about: '1 while the policy files as they are cannot be used and what held before serves, else 0',
    labels: [],
  },
  'm2m.policy.info': {
    type: 'gauge',
    unit: '{policy}',
    about: 'The policy in force, always 1; the hash is that of its file in a bundle, empty without one',
    labels: ['policy', 'policy_namespace', 'revision', 'hash'],
  },
  'm2m.config.age': { type: 'gauge', unit: 's', about: 'Time since the policy in force was applied', labels: [] },
  'gen_ai.client.token.usage': {
    type: 'histogram',
    unit: '{token}',
    about: 'Tokens as billed by the provider',
    labels: [...GEN_AI, 'gen_ai.token.type'],
    buckets: TOKENS,
  },
  'gen_ai.client.operation.duration': {
    type: 'histogram',
    unit: 's',
    about: 'Duration of LLM calls',
    labels: [...GEN_AI, 'error.type'],
    buckets: SECONDS,
  },
  'gen_ai.client.operation.time_to_first_chunk': {
    type: 'histogram',
    unit: 's',
    about: 'Time until the first chunk of a stream',
    labels: GEN_AI,
    buckets: SECONDS,
  },
} as const satisfies Record<string, Instrument>

export type InstrumentName = keyof typeof INSTRUMENTS
