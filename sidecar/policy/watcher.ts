/** Reports possible changes at a path: by the kernel's notices, and by a poll for changes that they miss. */

import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'

export interface Watcher {
  close(): void
}

/** One write or symlink swap gives several notices. A later one does not restart the timer: a busy file is read too. */
const GATHER_MS = 100

/**
 * Watches the directory around a file, not the file: editors replace it by renaming, and Kubernetes swaps the `..data`
 * symlink beside it. Network file systems and exhausted inotify limits give no notices; then only the poll works.
 */
export function watchPath(path: string, options: { pollMs: number; onChange: () => void }): Watcher {
  let gathering: NodeJS.Timeout | undefined
  const gather = (): void => {
    gathering ??= setTimeout(() => {
      gathering = undefined
      options.onChange()
    }, GATHER_MS)
  }
  const notices = noticesOf(path, gather)
  const poll = setInterval(gather, options.pollMs)
  poll.unref()
  return {
    close: () => {
      notices?.close()
      clearInterval(poll)
      clearTimeout(gathering)
    },
  }
}

function noticesOf(path: string, onNotice: () => void): FSWatcher | undefined {
  try {
    const folder = statSync(path).isDirectory() ? path : dirname(path)
    const watcher = watch(folder, { persistent: false }, onNotice)
    return watcher.on('error', () => watcher.close())
  } catch {
    return undefined
  }
}
