/**
 * The M2MPolicy spec, defined once: types, checks and the reference page derive from it (docs/reference/policy.md).
 * Keywords beside those of JSON Schema: `later` lists fields, and `laterValues` values, that are not built yet, and so
 * are refused instead of ignored; `expected` describes a pattern; `defaultText` describes a default that is not one
 * value; `effect` says from when on an edit holds, where that is not the next call.
 */

import { type Static, type TProperties, Type } from 'typebox'
import { BUILT_IN_HOSTS, DEFAULT_DIALECT, PROVIDER_DIALECTS } from '../dialect/index.ts'
import { MIB } from '../limits.ts'
import { COMPRESSION_MODES, PROFILE_NAMES } from '../modes.ts'
import { DEFAULT_LIMITS } from './default-limits.ts'
import { DURATION, formatDuration } from './duration.ts'
import { DEFAULT_EXCLUDED_TOOLS } from './excluded-tools.ts'
import { DEFAULT_TIMEOUTS, LATER_DIALECTS, PROVIDER_NAME } from './routing/providers.ts'

export const API_VERSION = 'm2m.io/v1alpha1'
export const KIND = 'M2MPolicy'

/**
 * From when on an edit of a field holds. new results: for results that the model has not answered yet; all others keep the
 * form that they were sent in. once: at the moment of the edit.
 */
export type Effect = 'next call' | 'new results' | 'once' | 'start'

const Timeouts = fields({
  connect: duration(DEFAULT_TIMEOUTS.connectMs, 'Until the connection is open, TLS included.'),
  firstByte: duration(DEFAULT_TIMEOUTS.firstByteMs, "From the request's end to the reply's first byte."),
  idle: duration(DEFAULT_TIMEOUTS.idleMs, 'Longest silence inside a reply.'),
  total: duration(DEFAULT_TIMEOUTS.totalMs, 'The whole call.'),
})

const Tls = fields({
  verify: Type.Optional(
    Type.Boolean({
      default: true,
      description: 'false accepts any certificate: whoever is on the way can read keys and prompts.',
    }),
  ),
  caFile: file('Authorities to trust beside those of Node.js, in PEM.'),
  certFile: file('The certificate that the sidecar shows (mutual TLS), in PEM, intermediates after it.'),
  keyFile: file('The key of `certFile`, in PEM, not encrypted.'),
})

const ProviderSpec = fields(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 63,
      pattern: PROVIDER_NAME.source,
      expected: 'lower-case letters, digits and inner hyphens',
      description: `Also its path prefix: \`/{name}/...\`. Built in: ${[...BUILT_IN_HOSTS.keys()].join(', ')}.`,
    }),
    dialect: Type.Optional(
      Type.Enum(PROVIDER_DIALECTS, {
        laterValues: LATER_DIALECTS,
        defaultText: `from the name, else ${DEFAULT_DIALECT}`,
        description: 'The API of the provider; `none` relays its calls unread.',
      }),
    ),
    baseURL: Type.Optional(
      Type.String({
        maxLength: 512,
        defaultText: 'built in',
        description:
          'Where its API is, as SDKs take it; a bare host is completed (docs/spec/routing.md). No credentials, query or fragment.',
      }),
    ),
    allowInsecure: Type.Optional(
      Type.Boolean({ default: false, description: 'Allows a plain http `baseURL`: keys and prompts travel readable.' }),
    ),
    timeouts: Type.Optional(Timeouts),
    proxy: Type.Optional(
      Type.String({
        maxLength: 512,
        expected: 'the URL of an http or https proxy, or none',
        examples: ['http://proxy.example:3128', 'none'],
        defaultText: "the environment's",
        description: 'The egress proxy, instead of the one that `HTTPS_PROXY` and `NO_PROXY` give. No credentials.',
      }),
    ),
    tls: Type.Optional(Tls),
    addresses: Type.Optional(
      Type.Unsafe<'Public' | 'Private' | string[]>({
        expected: '`Public`, `Private` or a list of CIDRs',
        examples: ['Public', 'Private', ['10.0.0.0/8', 'fd00::/8']],
        default: 'Public',
        description:
          'What the host name of `baseURL`, or of `proxy`, may resolve to. Private: also RFC 1918, ULA and CGNAT. A list: exactly what is in it, loopback for example. Link-local, metadata, multicast and unspecified addresses are always refused.',
      }),
    ),
  },
  { later: ['credentials', 'envVars'] },
)

const Compression = fields({
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
})

const Cache = fields({
  mode: Type.Optional(
    Type.Enum(['Disabled', 'Audit', 'Auto'], {
      defaultText: '`Auto` with compression mode Enforce and a profile above Safe, else `Audit`',
      description:
        "The provider's prompt cache. Auto marks the parts that will be read again, where the client set no marks; Audit only reports.",
    }),
  ),
})

const Limits = fields(
  {
    maxBodyBytes: bytes(DEFAULT_LIMITS.maxBodyBytes, 'A larger body of an LLM call is refused with 413.'),
    maxTransformBytes: bytes(DEFAULT_LIMITS.maxTransformBytes, 'In a larger body nothing new is rewritten.', {
      effect: 'new results',
    }),
  },
  { later: ['requestsPerMinute', 'tokensPerMinute', 'concurrent'] },
)

const Telemetry = fields({
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
})

export const PolicySpecSchema = fields(
  {
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
    later: [
      'scope',
      'priority',
      'suspend',
      'selector',
      'namespaceSelector',
      'sidecar',
      'rollout',
      'routes',
      'transforms',
      'retry',
      'scanner',
      'peers',
    ],
  },
)

export type PolicySpec = Static<typeof PolicySpecSchema>
export type ProviderSpec = Static<typeof ProviderSpec>

function fields<T extends TProperties>(properties: T, options: { later?: readonly string[] } = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

function duration(defaultMs: number, description: string) {
  return Type.Optional(
    Type.String({
      maxLength: 16,
      pattern: DURATION.source,
      expected: 'a duration such as 10s, 1h30m or none',
      default: formatDuration(defaultMs),
      description,
    }),
  )
}

function file(description: string) {
  return Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      // PEM has lines. A key that is written here would be told in messages as a path is.
      pattern: String.raw`^[^\r\n]+$`,
      expected: 'the path of a PEM file',
      description: `${description} Read again when it changes.`,
    }),
  )
}

function bytes(byDefault: number, description: string, keywords: { effect?: Effect } = {}) {
  const options = { minimum: 1024, maximum: 1024 * MIB, default: byDefault, description, ...keywords }
  return Type.Optional(Type.Integer(options))
}
