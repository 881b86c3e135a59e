/** Lets one process at a time do a piece of work. A lock whose holder has died is taken over. */

import { open, rename, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const BEAT_MS = 2000

/** A holder that has not touched its lock for so long is gone. */
const DEAD_MS = 60_000

/** Waits as long as the holder lives. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await take(path))) await sleep(BEAT_MS / 4)
  const beat = setInterval(() => void touch(path), BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  if (await isDead(path)) await discard(path)
  return false
}

/** Two may see the same dead lock. Only one of them can move it away, then all try again. */
async function discard(path: string): Promise<void> {
  const aside = `${path}-${process.pid}`
  await rename(path, aside).catch(() => undefined)
  await rm(aside, { force: true })
}

async function isDead(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > DEAD_MS
  } catch {
    return false
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}
