/** Engine settings: the flags, then the defaults of an empty policy. */

import { type CompressionSettings, ENGINE_VERSION, type ProfileName } from '../../core/compress/index.ts'
import { defaultPolicy, PROFILE_NAMES } from '../../core/policy/index.ts'

export interface EngineFlags {
  readonly profile?: ProfileName
  readonly 'user-text'?: CompressionSettings['userText']
}

export function settingsOf({ profile = 'Safe', 'user-text': userText = 'Never' }: EngineFlags): CompressionSettings {
  const policy = defaultPolicy({ mode: 'Enforce', profile, upstreams: [], engineVersion: ENGINE_VERSION })
  return { ...policy.compression, profile, userText, isHeldOut: false }
}

/** Flags that several commands take. */
export const ENGINE_OPTIONS = {
  profile: {
    type: 'string',
    choices: PROFILE_NAMES,
    about: 'set of techniques; Aggressive also leaves text out',
    otherwise: 'Safe',
  },
  'user-text': {
    type: 'string',
    choices: ['Never', 'Observations'],
    about: 'Observations: also user messages right after an answer of the model',
    otherwise: 'Never',
  },
} as const
