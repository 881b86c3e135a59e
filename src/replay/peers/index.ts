export { loadPeers } from './load-peers.ts'
export type { Peer } from './peer.ts'
