/** Schemas of the engine's input and replies: the description is built from them, and tests check replies by them. */

import { Type } from 'typebox'
import { dialects } from '../../src/core/dialect/index.ts'
import { PROFILE_NAMES } from '../../src/core/policy/index.ts'

const DIALECT_NAMES = dialects.map(({ name }) => name)

export const Dialect = Type.Enum(DIALECT_NAMES, {
  description: 'The API that the request is for; default: detected from its shape.',
})

export const Profile = Type.Enum([...PROFILE_NAMES], {
  description:
    'The set of techniques to try; default: the profile of the policy. Safe and Balanced lose nothing; Aggressive also leaves text out, with a marker at each place.',
})

export const Model = Type.String({
  minLength: 1,
  description: 'Counts tokens as for this model; default: the model of the request.',
})

/** A request of any dialect; its provider defines the members. */
export const LlmRequest = Type.Object(
  {},
  { additionalProperties: true, description: 'The body of an LLM request of any dialect.' },
)

const count = (description: string) => Type.Integer({ minimum: 0, description })

const Technique = Type.Object({ blocks: count('Number of changed blocks.'), saved_tokens: Type.Integer() })

const Change = Type.Object(
  {
    path: Type.String({ description: 'The place of the block: `messages[3].content`.' }),
    techniques: Type.Array(Type.String(), { description: 'In the order they were applied.' }),
    tokens: Type.Object({
      before: Type.Number({
        description: 'Tokens of the original request before the block, in the order its provider reads it.',
      }),
      original: Type.Number({ description: 'Tokens of the original block.' }),
      saved: Type.Number({ description: 'Tokens saved in the block.' }),
    }),
  },
  { description: 'A block that changed.' },
)

export const Report = Type.Object(
  {
    dialect: Type.Enum(DIALECT_NAMES),
    model: Type.Optional(Type.String({ description: 'Absent when neither the query nor the request names one.' })),
    profile: Type.Enum([...PROFILE_NAMES]),
    outcome: Type.Enum(['compressed', 'passthrough', 'failopen'], {
      description:
        'passthrough: no block could be written in fewer tokens. failopen: the engine failed, and the request is unchanged.',
    }),
    tokens: Type.Optional(
      Type.Object(
        {
          original: count('Tokens of the request as received.'),
          sent: count('Tokens of the request as it would be sent.'),
          saved: count('original - sent.'),
          accuracy: Type.Enum(['exact', 'approx', 'heuristic'], {
            description:
              'exact: the tokenizer of the model. approx: calibrated on billed calls. heuristic: an estimate by model family.',
          }),
        },
        { description: 'Absent when nothing could be counted.' },
      ),
    ),
    bytes: Type.Object({
      original: count('Size of the body as received.'),
      sent: count('Size of the body as it would be sent.'),
    }),
    blocks: Type.Object({
      seen: count('Tool results that were tried: eligible, large enough, within the work budget.'),
      changed: count('Of these, the ones written in fewer tokens.'),
      refused: count('Of these, the ones whose shorter form did not save enough or did not verify.'),
      failopen: count('Of these, the ones left unchanged because a technique failed.'),
    }),
    techniques: Type.Record(Type.String(), Technique, {
      description: 'Blocks and savings of each technique, by its name.',
    }),
    changes: Type.Array(Change, { description: 'The changes that `/v1/decompress` undoes.' }),
    ms: Type.Number({ minimum: 0, description: 'Milliseconds the compression took.' }),
  },
  { description: 'The result of compression. More members may be added.' },
)

/** The reply of a compression. The members after `report` are those that gateways read of a compressor. */
export const Compressed = Type.Object({
  request: LlmRequest,
  report: Report,
  messages: Type.Optional(
    Type.Array(Type.Unknown(), {
      description:
        'The `messages` of `request`, as many as were sent, in the same order. Absent, like all members below, for a request without them.',
    }),
  ),
  tokens_before: Type.Optional(count('`tokens.original` of the report; absent when nothing could be counted.')),
  tokens_after: Type.Optional(count('`tokens.sent` of the report.')),
  tokens_saved: Type.Optional(count('tokens_before - tokens_after.')),
  compression_ratio: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1, description: 'tokens_after / tokens_before; 1 for a request without text.' }),
  ),
  transforms_applied: Type.Optional(Type.Array(Type.String(), { description: 'The names in `techniques`.' })),
  ccr_hashes: Type.Optional(
    Type.Array(Type.String(), {
      maxItems: 0,
      description: 'Empty: every text is in its message, so none has to be asked for again.',
    }),
  ),
})

/** OpenAI's envelope, whatever the dialect of the request: it has a member for the code. */
export const Problem = Type.Object(
  {
    error: Type.Object({
      message: Type.String({ description: 'For people: the cause and the remedy. Never content of the request.' }),
      type: Type.Enum(['invalid_request_error', 'server_error', 'upstream_error']),
      param: Type.Null(),
      code: Type.String({ description: 'For programs, stable: one of docs/reference/errors.md.' }),
    }),
  },
  { description: 'An error.' },
)
