/** The folder with the webhook's certificate, as cert-manager, a Secret or the kubelet fill it: read whole, and watched. */

import { type FSWatcher, watch } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { PairText } from './pair.ts'

export interface FolderContent {
  /** Undefined: there is no tls.crt. */
  readonly pair: PairText | undefined
  /** PEM; empty: somebody else publishes the authority. */
  readonly authorities: string
}

/** More is no certificate. */
const MAX_BYTES = 1024 * 1024

/**
 * `tls.key` may be missing where `tls.crt` holds both, as a credential bundle does.
 * @throws where a file is there and cannot be read
 */
export async function readFolder(folder: string): Promise<FolderContent> {
  const cert = await textOf(join(folder, 'tls.crt'))
  const key = await textOf(join(folder, 'tls.key'))
  const authorities = await textOf(join(folder, 'ca.crt'))
  return { pair: cert === undefined ? undefined : { cert, key: key ?? cert }, authorities: authorities ?? '' }
}

/** Kubernetes swaps the symbolic link `..data` in it. Where the kernel tells nothing, the caller's poll remains. */
export function watchFolder(folder: string, onNotice: () => void): Pick<FSWatcher, 'close'> {
  try {
    const watcher = watch(folder, { persistent: false }, onNotice)
    return watcher.on('error', () => watcher.close())
  } catch {
    return { close: () => undefined }
  }
}

async function textOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAX_BYTES) })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
