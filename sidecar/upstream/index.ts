export { createPools, type Pools } from './pools.ts'
export { type ReplyHead, type ReplySink, type Sending, send, type UpstreamRequest } from './send.ts'
