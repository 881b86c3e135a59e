/** `spec.providers[]`: who may be called, and how. */

import { type Static, Type } from 'typebox'
import { BUILT_IN_HOSTS, DEFAULT_DIALECT, PROVIDER_DIALECTS } from '../../dialect/index.ts'
import { CIDR, OBJECT_NAME } from '../patterns.ts'
import { DEFAULT_TIMEOUTS, LATER_DIALECTS, PROVIDER_NAME } from '../routing/providers.ts'
import { duration, fields, file, pemFile } from './fields.ts'

const Timeouts = fields(
  {
    connect: duration(DEFAULT_TIMEOUTS.connectMs, 'Until the connection is open, TLS included.'),
    firstByte: duration(DEFAULT_TIMEOUTS.firstByteMs, "From the request's end to the reply's first byte."),
    idle: duration(DEFAULT_TIMEOUTS.idleMs, 'Longest silence inside a reply.'),
    total: duration(DEFAULT_TIMEOUTS.totalMs, 'The whole call.'),
  },
  { description: 'How long each part of a call may take.' },
)

const Tls = fields(
  {
    verify: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'false accepts any certificate: whoever is on the way can read keys and prompts.',
      }),
    ),
    caFile: pemFile('Authorities to trust beside those of Node.js, in PEM.'),
    certFile: pemFile('The certificate that the sidecar shows (mutual TLS), in PEM, intermediates after it.'),
    keyFile: pemFile('The key of `certFile`, in PEM, not encrypted.'),
  },
  { description: 'Certificates of the connection to the provider.' },
)

/** No field holds a key: they say where one is. A cluster has Secrets for it, so `Env` and `File` are for files alone. */
const Credentials = fields(
  {
    mode: Type.Optional(
      Type.Enum(['Passthrough', 'SecretRef', 'Env', 'File'], {
        default: 'Passthrough',
        localValues: ['Env', 'File'],
        description:
          "Passthrough: the application's own key. The others put a key of the sidecar in its place: of a Secret in a cluster, of an environment variable or a file elsewhere.",
      }),
    ),
    secretKeyRef: Type.Optional(
      fields(
        {
          name: Type.String({
            minLength: 1,
            maxLength: 253,
            pattern: OBJECT_NAME.source,
            expected: 'the name of a Secret',
            effect: 'next pod',
            description: "A Secret in the pod's namespace.",
          }),
          key: Type.String({
            minLength: 1,
            maxLength: 253,
            pattern: '^[-._a-zA-Z0-9]+$',
            expected: "the name of a Secret's member: letters, digits, hyphens, underscores and dots",
            effect: 'next pod',
            description: 'Which of its members holds the key.',
          }),
        },
        { description: 'With mode SecretRef.' },
      ),
    ),
    env: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
        expected: 'the name of a variable',
        localOnly: true,
        description: 'The variable of the sidecar that holds the key.',
      }),
    ),
    path: file('the path of a file', 'The file that holds the key.', { localOnly: true }),
  },
  { description: 'Whose key a call has, and where it is.' },
)

/** Names that say where an API is; no other variable of an application is ours to set. */
const ENV_VAR = /^[A-Z][A-Z0-9_]*_(?:URL|HOST|ENDPOINT|BASE)$|^AWS_ENDPOINT_URL_[A-Z0-9_]+$/

export const ProviderSpec = fields({
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
      type: ['string', 'array'],
      pattern: '^(?:Public|Private)$',
      minItems: 1,
      maxItems: 64,
      items: {
        type: 'string',
        maxLength: 43,
        pattern: CIDR.source,
        expected: 'an address or a CIDR such as 10.0.0.0/8',
      },
      expected: 'Public, Private, or a list of 1 to 64 CIDRs such as 10.0.0.0/8',
      examples: ['Public', 'Private', ['10.0.0.0/8', 'fd00::/8']],
      default: 'Public',
      description:
        'What the host name of `baseURL`, or of `proxy`, may resolve to. Private: also RFC 1918, ULA and CGNAT. A list: exactly what is in it, loopback for example. Link-local, metadata, multicast and unspecified addresses are always refused.',
    }),
  ),
  credentials: Type.Optional(Credentials),
  envVars: Type.Optional(
    Type.Array(
      Type.String({
        maxLength: 128,
        pattern: ENV_VAR.source,
        expected: 'the name of a variable that holds an address, such as OPENAI_BASE_URL',
      }),
      {
        maxItems: 8,
        uniqueItems: true,
        effect: 'next pod',
        defaultText: 'of the provider',
        description: 'Variables of the application that the injector points at the sidecar, where they are not set.',
      },
    ),
  ),
})

export type ProviderSpec = Static<typeof ProviderSpec>
