/** The memory of a process, as the kernel sums it up (proc(5), smaps_rollup and status). */

import { readFileSync } from 'node:fs'

/** In MB of 2^20 bytes. */
export interface Memory {
  /** Resident, all of it. */
  readonly resident: number
  /** Anonymous pages (RssAnon): what this process alone has, and nobody can share or reload. */
  readonly anonymous: number
  /** Private pages, anonymous or of a file. */
  readonly private: number
  /** Proportional set size: shared pages are divided by the number of processes that share them. */
  readonly proportional: number
}

/** @throws Error where there is no such process, or no procfs */
export function memoryOf(pid: number): Memory {
  return readRollup(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
}

/** @param text of smaps_rollup: `Rss:   1672 kB` and the like */
export function readRollup(text: string): Memory {
  const megabytes = (field: string): number => {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)
    if (found === null) throw new Error(`no ${field} in smaps_rollup`)
    return Number(found[1]) / 1024
  }
  return {
    resident: megabytes('Rss'),
    anonymous: megabytes('Anonymous'),
    private: megabytes('Private_Clean') + megabytes('Private_Dirty'),
    proportional: megabytes('Pss'),
  }
}
