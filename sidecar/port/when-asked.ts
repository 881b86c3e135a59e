/** What serves some paths is loaded with the first request for one of them. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/**
 * Requests that come while it loads are served as soon as it is there; those whose callers have gone by then are not.
 * @param fail answers while it cannot be loaded; the next request tries again
 */
export function whenAsked(
  load: () => Promise<RequestListener>,
  fail: (req: IncomingMessage, res: ServerResponse, cause: unknown) => void,
): RequestListener {
  let serve: RequestListener | undefined
  let loading: Promise<RequestListener> | undefined

  const serveLater = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    loading ??= load()
    try {
      serve = await loading
    } catch (cause) {
      loading = undefined
      fail(req, res, cause)
      return
    }
    if (!res.destroyed) serve(req, res)
  }

  return (req, res) => {
    if (serve === undefined) void serveLater(req, res)
    else serve(req, res)
  }
}
