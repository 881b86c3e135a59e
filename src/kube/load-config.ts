/** The kubeconfig that kubectl would use, or the service account of the pod. */

import { KubeConfig } from '@kubernetes/client-node'

/** What client-node takes where it finds nothing: nobody has asked for it. */
const NO_CLUSTER = 'http://localhost:8080'

/** Some people have hundreds. */
const MAX_NAMES = 20

/**
 * @param path a kubeconfig file; undefined: `KUBECONFIG`, `~/.kube/config`, the service account, in this order
 * @param context undefined: its current one
 * @throws Error there are no credentials, the file cannot be read, or it has no such context
 */
export function loadKubeConfig(path?: string, context?: string): KubeConfig {
  const config = read(path)
  if (path === undefined && config.getCurrentCluster()?.server === NO_CLUSTER) {
    throw new Error('there is no KUBECONFIG, no ~/.kube/config and no service account')
  }
  if (context !== undefined) useContext(config, context)
  if (config.getCurrentCluster() === null) throw new Error('the kubeconfig has no current context with a cluster')
  return config
}

function read(path: string | undefined): KubeConfig {
  const config = new KubeConfig()
  try {
    if (path === undefined) config.loadFromDefault()
    else config.loadFromFile(path)
    return config
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    // Those of the file system name the file. Those of YAML show lines of it, and these may hold a token.
    if (code !== undefined) throw cause
    throw new Error(`${path ?? 'the kubeconfig'} is not a kubeconfig: ${message.split('\n', 1)[0]}`, { cause })
  }
}

function useContext(config: KubeConfig, context: string): void {
  const names = config.getContexts().map(({ name }) => name)
  if (!names.includes(context)) {
    const known = names.slice(0, MAX_NAMES).join(', ') || 'none'
    throw new Error(`the kubeconfig has no context ${JSON.stringify(context)}, only ${known}`)
  }
  config.setCurrentContext(context)
}
