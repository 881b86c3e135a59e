/** The kubeconfig that kubectl would use, or the service account of the pod. */

import { KubeConfig } from '@kubernetes/client-node'

/** What client-node takes where it finds nothing: nobody has asked for it. */
const NO_CLUSTER = 'http://localhost:8080'

/**
 * @param path a kubeconfig file; undefined: `KUBECONFIG`, `~/.kube/config`, the service account, in this order
 * @throws the file's error, or one that says that there are no credentials
 */
export function loadKubeConfig(path?: string, context?: string): KubeConfig {
  const config = new KubeConfig()
  if (path === undefined) config.loadFromDefault()
  else config.loadFromFile(path)
  if (path === undefined && config.getCurrentCluster()?.server === NO_CLUSTER) {
    throw new Error('there is no KUBECONFIG, no ~/.kube/config and no service account')
  }
  if (context !== undefined) config.setCurrentContext(context)
  return config
}
