/** A client whose writes are sent only while a lease is held. */

import { applyCall, type KubeCall, type KubeClient } from '../../src/kube/index.ts'

/**
 * The question is asked right before each sending, after connections and waits: what passes here late is not sent.
 * @throws KubeError `NotLeader`
 */
export function fenced(client: KubeClient, isHeld: () => boolean): KubeClient {
  const request = <T>(call: KubeCall): Promise<T> =>
    client.request<T>(call.method === 'GET' ? call : { ...call, fence: isHeld })
  return {
    namespace: client.namespace,
    request,
    get: client.get.bind(client),
    pages: client.pages.bind(client),
    stream: client.stream.bind(client),
    apply: (path, object, options) => request(applyCall(path, object, options)),
    close: client.close.bind(client),
  }
}
