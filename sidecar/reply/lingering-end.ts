/** Ends a reply to a caller that may still be sending. */

import type { ServerResponse } from 'node:http'

/** How long the caller may keep sending after a refusal before its connection is cut: enough to read the reply. */
const LINGER_MS = 1000

/** Closing at once would reset the connection before the caller has read the reason. Until then, its bytes are dropped. */
export function lingeringEnd(res: ServerResponse): void {
  const { req } = res
  if (req.complete) {
    res.end()
    return
  }
  const end = (): void => {
    clearTimeout(timer)
    res.end()
  }
  const timer = setTimeout(() => {
    end()
    req.socket.destroySoon()
  }, LINGER_MS)
  req.once('end', end)
  req.once('error', end)
  req.resume()
}
