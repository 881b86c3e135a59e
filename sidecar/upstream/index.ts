export { createPools, type Pools } from './pools.ts'
export {
  type Refusal,
  type ReplyHead,
  type ReplySink,
  type SecondBody,
  type Sending,
  send,
  type UpstreamRequest,
} from './send.ts'
