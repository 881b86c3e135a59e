export type {
  Answer,
  KubeCall,
  KubeClient,
  KubeClientOptions,
  ListPage,
  Query,
} from './client.ts'
export { applyCall, createKubeClient } from './create-client.ts'
export { isExpired, isTerminating, KubeError } from './errors.ts'
export { loadKubeConfig } from './load-config.ts'
export { pause } from './pause.ts'
export { errorOf, isRecord } from './status.ts'
