/**
 * Where the sidecar stands among the containers of a pod: first of all that is the user's, after a mesh's proxy that
 * runs by then. Its calls then find a way out, and all containers of the user have it before them.
 */

import type { RawContainer } from '../injection.ts'
import { roleOf } from './containers.ts'

/**
 * The index at which a native sidecar is inserted into `initContainers`: behind the proxies and validators that other
 * injectors have put at the front. `istio-init` and `linkerd-init` alone are not waited for: the proxy of theirs is an
 * ordinary container then, and whoever puts them there wants them last.
 */
export function placeAmongInit(initContainers: readonly RawContainer[] = []): number {
  return afterLast(initContainers, (container) => {
    const role = roleOf(container.name)
    return role === 'Validator' || (role === 'Proxy' && container.restartPolicy === 'Always')
  })
}

/**
 * The index at which a classic sidecar is inserted into `containers`. A mesh's proxy at the front holds the start of
 * those behind it until it runs (Istio's `holdApplicationUntilProxyStarts`, Linkerd's `proxy-await`).
 */
export function placeAmongContainers(containers: readonly RawContainer[] = []): number {
  return afterLast(containers, ({ name }) => roleOf(name) === 'Proxy')
}

/** Of the containers before the user's first. */
function afterLast(containers: readonly RawContainer[], isAwaited: (container: RawContainer) => boolean): number {
  const users = containers.findIndex(({ name }) => roleOf(name) === undefined)
  const leading = users === -1 ? containers : containers.slice(0, users)
  return leading.findLastIndex(isAwaited) + 1
}
