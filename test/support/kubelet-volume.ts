/**
 * A folder that changes as the kubelet changes a mounted ConfigMap or downward API volume (pkg/volume/util, AtomicWriter): a
 * dated directory, `..data` renamed over the old link to it, and a link beside it for each file.
 */

import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface KubeletVolume {
  readonly path: string
  /** Swaps in these files for all that were there. */
  mount(files: Readonly<Record<string, string>>): void
}

/** @param path a folder; it is made */
export function kubeletVolume(path: string): KubeletVolume {
  mkdirSync(path, { recursive: true })
  let count = 0
  return {
    path,
    mount(files) {
      const dated = `..2026_01_01_00_00_00.${++count}`
      mkdirSync(join(path, dated))
      for (const [name, text] of Object.entries(files)) writeFileSync(join(path, dated, name), text)
      const old = linkAt(join(path, '..data'))
      symlinkSync(dated, join(path, '..data_tmp'))
      renameSync(join(path, '..data_tmp'), join(path, '..data'))
      link(path, Object.keys(files))
      if (old !== undefined) rmSync(join(path, old), { recursive: true })
    },
  }
}

function link(path: string, names: readonly string[]): void {
  const linked = readdirSync(path).filter((name) => !name.startsWith('..'))
  for (const name of names) if (!linked.includes(name)) symlinkSync(join('..data', name), join(path, name))
  for (const name of linked) if (!names.includes(name)) rmSync(join(path, name))
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
