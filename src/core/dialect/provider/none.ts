/** An API that we do not read: its calls are relayed, byte for byte. */

import { openai } from './openai.ts'
import type { ProviderApi } from './provider-api.ts'

export const none: ProviderApi = {
  root: '',
  isRootFixed: false,
  baseRoot: undefined,
  baseCall: undefined,
  resources: new Set(),
  paths: [],
  credentialHeaders: [],
  hosts: {},
  unknownModel: 'otherwise',
  promptCache: { maker: {}, others: {} },
  // The form that most clients understand.
  errorBody: openai.errorBody,
}
