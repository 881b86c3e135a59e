/** The kubeconfig that kubectl would use, or the service account of the pod. */

import { KubeConfig } from '@kubernetes/client-node'

/** @param path a kubeconfig file; undefined: `KUBECONFIG`, `~/.kube/config`, the service account, in this order */
export function loadKubeConfig(path?: string, context?: string): KubeConfig {
  const config = new KubeConfig()
  if (path === undefined) config.loadFromDefault()
  else config.loadFromFile(path)
  if (context !== undefined) config.setCurrentContext(context)
  return config
}
