/** What the engine takes and answers, as schemas: the description is made of them, and tests hold replies against them. */

import { Type } from 'typebox'
import { dialects } from '../../src/core/dialect/index.ts'
import { PROFILE_NAMES } from '../../src/core/policy/index.ts'

const DIALECT_NAMES = dialects.map(({ name }) => name)

export const Dialect = Type.Enum(DIALECT_NAMES, {
  description: 'The API whose request it is; told by its shape otherwise.',
})

export const Profile = Type.Enum([...PROFILE_NAMES], {
  description:
    'Which techniques are tried; the policy says otherwise. Safe and Balanced lose nothing; Aggressive also leaves text out, each time with a marker that says so.',
})

export const Model = Type.String({
  minLength: 1,
  description: 'Counts tokens as for this model; otherwise the one that the request names.',
})

/** A request of any dialect: what stands in it is its provider's affair. */
export const LlmRequest = Type.Object(
  {},
  { additionalProperties: true, description: 'The body of an LLM request of any dialect.' },
)

const count = (description: string) => Type.Integer({ minimum: 0, description })

const Technique = Type.Object({ blocks: count('Blocks it changed.'), saved_tokens: Type.Integer() })

const Change = Type.Object(
  {
    path: Type.String({ description: 'Where the block stands: `messages[3].content`.' }),
    techniques: Type.Array(Type.String(), { description: 'In the order they were applied.' }),
    tokens: Type.Object({
      before: Type.Number({
        description: 'Of the original request before the block, in the order its provider reads it.',
      }),
      original: Type.Number({ description: 'Of the block.' }),
      saved: Type.Number({ description: 'Of the block.' }),
    }),
  },
  { description: 'A block that changed.' },
)

export const Report = Type.Object(
  {
    dialect: Type.Enum(DIALECT_NAMES),
    model: Type.Optional(Type.String({ description: 'Absent when nobody named one.' })),
    profile: Type.Enum([...PROFILE_NAMES]),
    outcome: Type.Enum(['compressed', 'passthrough', 'failopen'], {
      description:
        'passthrough: nothing could be said shorter. failopen: the engine failed, and the request is as it came.',
    }),
    tokens: Type.Optional(
      Type.Object(
        {
          original: count('Of the request as it came.'),
          sent: count('Of the request as it would be sent.'),
          saved: count('original - sent.'),
          accuracy: Type.Enum(['exact', 'approx', 'heuristic'], {
            description:
              'exact: the tokenizer of the model. approx: calibrated on billed calls. heuristic: a guess by family.',
          }),
        },
        { description: 'Absent when nothing could be counted.' },
      ),
    ),
    bytes: Type.Object({ original: count('Of the body as it came.'), sent: count('Of the body as it would be sent.') }),
    blocks: Type.Object({
      seen: count('Tool results that were tried: eligible, large enough, within the work budget.'),
      changed: count('Of these, the ones said in fewer tokens.'),
      refused: count('Of these, the ones whose shorter form did not save enough or did not verify.'),
      failopen: count('Of these, the ones left as they were because a technique failed.'),
    }),
    techniques: Type.Record(Type.String(), Technique, { description: 'What each technique did, by its name.' }),
    changes: Type.Array(Change, { description: 'What `/v1/decompress` undoes.' }),
    ms: Type.Number({ minimum: 0, description: 'Milliseconds the compression took.' }),
  },
  { description: 'What compression did. More members may come.' },
)

/** OpenAI's envelope, whatever the dialect of the request: it has a place for the code. */
export const Problem = Type.Object(
  {
    error: Type.Object({
      message: Type.String({ description: 'For people: what happened and what to do. Never content of the request.' }),
      type: Type.Enum(['invalid_request_error', 'server_error', 'upstream_error']),
      param: Type.Null(),
      code: Type.String({ description: 'For programs, stable: one of docs/reference/errors.md.' }),
    }),
  },
  { description: 'What went wrong.' },
)
