export type { EgressProxy, Lookup, NetworkEnvironment } from './connect/index.ts'
export { createPools, type Pools } from './pools.ts'
export type { Refusal, ReplyHead, ReplySink } from './reply.ts'
export { type SecondBody, type Sending, send, type UpstreamRequest } from './send.ts'
