/**
 * The M2MPolicy spec, defined once: types, checks and the reference page derive from it (docs/reference/policy.md).
 * Keywords beside those of JSON Schema: `later` lists fields, and `laterValues` values, that are not built yet, and so
 * are refused instead of ignored; `expected` describes a pattern; `defaultText` describes a default that is not one
 * value; `effect` says from when on an edit holds, where that is not the next call.
 */

import { type Static, Type } from 'typebox'
import { COMPRESSION_MODES, PROFILE_NAMES } from '../modes.ts'
import { DEFAULT_LIMITS } from './default-limits.ts'
import { DEFAULT_EXCLUDED_TOOLS } from './excluded-tools.ts'
import { bytes, fields } from './schema/fields.ts'
import { KUBERNETES_FIELDS } from './schema/kubernetes.ts'
import { ProviderSpec } from './schema/providers.ts'

export const API_VERSION = 'm2m.io/v1alpha1'
export const KIND = 'M2MPolicy'

const Compression = fields(
  {
    mode: Type.Optional(
      Type.Enum(COMPRESSION_MODES, {
        default: 'Enforce',
        effect: 'new results',
        description:
          'Audit computes and reports only, Disabled not even that: nothing new is rewritten, and results that were sent ' +
          'in a shorter form keep it (docs/conversations.md). `cache.mode` decides about marks.',
      }),
    ),
    profile: Type.Optional(
      Type.Enum(PROFILE_NAMES, {
        default: 'Safe',
        effect: 'new results',
        description:
          'Which techniques are tried: Safe and Balanced lose nothing; Aggressive also leaves text out, and puts a marker in its place.',
      }),
    ),
    minTokens: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        default: 32,
        effect: 'new results',
        description: 'The smallest block to try; never a condition on the request.',
      }),
    ),
    userText: Type.Optional(
      Type.Enum(['Never', 'Observations'], {
        default: 'Never',
        effect: 'new results',
        description:
          'Observations: also user messages that follow an assistant message, for agents that report tool output as user text.',
      }),
    ),
    excludeTools: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        maxItems: 64,
        uniqueItems: true,
        defaultText: DEFAULT_EXCLUDED_TOOLS.map((glob) => `\`${glob}\``).join(' '),
        effect: 'new results',
        description:
          'Tools whose results are not changed, because the model needs their exact text for an edit: names, in which `*` matches any characters. Replaces the default list; `[]` excludes none.',
      }),
    ),
    subscriptionTraffic: Type.Optional(
      Type.Boolean({
        default: false,
        effect: 'new results',
        description: 'Compress calls with an OAuth (subscription) credential as well.',
      }),
    ),
    holdoutPercent: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 50,
        default: 0,
        effect: 'new results',
        description: 'Share of sessions that are left unchanged, for comparison. Has an effect only with mode Enforce.',
      }),
    ),
    unpin: Type.Optional(
      Type.Boolean({
        default: false,
        effect: 'once',
        description:
          'Ends the forms of live conversations once, when it is switched on: earlier results are sent as they came from ' +
          'then on, which breaks each such conversation once (docs/conversations.md).',
      }),
    ),
  },
  { later: ['excludedResults', 'allowHeaders'], description: 'What is rewritten, and how.' },
)

const Cache = fields(
  {
    mode: Type.Optional(
      Type.Enum(['Disabled', 'Audit', 'Auto'], {
        defaultText: '`Auto` with compression mode Enforce and a profile above Safe, else `Audit`',
        description:
          "The provider's prompt cache. Auto marks the parts that will be read again, where the client set no marks; Audit only reports.",
      }),
    ),
  },
  { description: "Marks for the provider's prompt cache." },
)

const Limits = fields(
  {
    maxBodyBytes: bytes(DEFAULT_LIMITS.maxBodyBytes, 'A larger body of an LLM call is refused with 413.'),
    maxTransformBytes: bytes(DEFAULT_LIMITS.maxTransformBytes, 'In a larger body nothing new is rewritten.', {
      effect: 'new results',
    }),
  },
  { later: ['requestsPerMinute', 'tokensPerMinute', 'concurrent'], description: 'How large a body may be.' },
)

const Telemetry = fields(
  {
    metrics: Type.Optional(Type.Boolean({ default: true, description: 'Serve `/metrics`.' })),
    otlpEndpoint: Type.Optional(
      Type.String({
        maxLength: 512,
        defaultText: "the sidecar's setting",
        effect: 'start',
        description: 'Where spans go (OTLP over HTTP); read when the sidecar starts.',
      }),
    ),
    recordContent: Type.Optional(
      Type.Literal(false, { default: false, laterValues: [true], description: 'Prompts and replies in spans.' }),
    ),
    responseHeaders: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Add `x-m2m-call`, `x-m2m-outcome`, `x-m2m-policy` and `x-m2m-tokens-saved` to replies.',
      }),
    ),
    streamUsage: Type.Optional(
      Type.Enum(['Observe', 'Inject'], {
        default: 'Observe',
        description:
          'Observe: reads the usage in OpenAI chat streams where the client asked for it. Inject: asks for it otherwise, and removes the extra chunk; a provider that refuses the question gets the call once more without, and is not asked for a while.',
      }),
    ),
  },
  { later: ['tags', 'propagate', 'spanKind'], description: 'What the sidecar tells about its calls.' },
)

export const PolicySpecSchema = fields(
  {
    ...KUBERNETES_FIELDS,
    providers: Type.Optional(
      Type.Array(ProviderSpec, {
        minItems: 1,
        maxItems: 16,
        defaultText: 'the built-in ones',
        description: 'The providers that may be called. The first of a dialect serves its paths without a prefix.',
      }),
    ),
    compression: Type.Optional(Compression),
    cache: Type.Optional(Cache),
    limits: Type.Optional(Limits),
    failureMode: Type.Optional(
      Type.Enum(['Open', 'Closed'], {
        default: 'Open',
        description: 'When the sidecar itself fails: Open sends the original bytes, Closed refuses the call.',
      }),
    ),
    telemetry: Type.Optional(Telemetry),
  },
  {
    description: 'For which pods it is, and what their sidecars do.',
    later: ['budgets', 'routes', 'headers', 'transforms', 'retry', 'log', 'cors', 'scanner', 'peers'],
  },
)

export type PolicySpec = Static<typeof PolicySpecSchema>
