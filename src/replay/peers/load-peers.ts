/** Loads the peers: development packages, loaded only with `--peers`. */

import { M2MError } from '../../core/errors.ts'
import { formatPeer } from './format-peer.ts'
import { llmtrimPeer } from './llmtrim-peer.ts'
import type { Peer } from './peer.ts'

/** @throws M2MError PEERS_MISSING when one of the packages is not installed */
export async function loadPeers(): Promise<readonly Peer[]> {
  const [llmtrim, toon, tron] = await Promise.all([
    installed('@llmtrim/js', () => withoutWarnings(() => import('@llmtrim/js'))),
    installed('@toon-format/toon', () => import('@toon-format/toon')),
    installed('@tron-format/tron', () => import('@tron-format/tron')),
  ])
  return [
    llmtrimPeer(llmtrim.compress, 'safe'),
    llmtrimPeer(llmtrim.compress, 'auto'),
    formatPeer({ name: '@toon-format/toon', encode: toon.encode, decode: toon.decode }),
    formatPeer({ name: '@tron-format/tron', encode: tron.TRON.stringify, decode: tron.TRON.parse }),
    // The baseline that needs no package.
    formatPeer({ name: 'JSON.stringify', encode: (value) => JSON.stringify(value), decode: JSON.parse }),
  ]
}

async function installed<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new M2MError(
      `the peer ${name} cannot be loaded: peers are development packages, not part of M2M; install them with 'make setup' in a checkout`,
      { code: 'PEERS_MISSING', cause },
    )
  }
}

/** Hides Node's warning that importing WebAssembly is experimental: users of the figures cannot act on it. */
async function withoutWarnings<T>(load: () => Promise<T>): Promise<T> {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return await load()
  } finally {
    process.emitWarning = emitWarning
  }
}
