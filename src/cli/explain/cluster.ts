/** The client of the cluster that the command line asks, and its errors as messages to a person. */

import { M2MError } from '../../core/errors.ts'
import { createKubeClient, type KubeClient, KubeError, loadKubeConfig } from '../../kube/index.ts'

export interface ClusterFlags {
  /** A file; undefined: as kubectl finds it. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
}

/** @throws M2MError CLUSTER_UNREACHABLE: no kubeconfig, or not this context */
export function connect({ kubeconfig, context }: ClusterFlags): KubeClient {
  return createKubeClient(load(kubeconfig, context), { userAgent: 'm2m-cli' })
}

function load(...flags: Parameters<typeof loadKubeConfig>): ReturnType<typeof loadKubeConfig> {
  try {
    return loadKubeConfig(...flags)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new M2MError(`no cluster can be asked: ${reason}; --kubeconfig FILE names one`, {
      code: 'CLUSTER_UNREACHABLE',
      cause,
    })
  }
}

/** The error of a call to the API server, with the permission that is missing where one is. */
export function explainKubeError(error: unknown, what: string): unknown {
  if (!(error instanceof KubeError)) return error
  if (error.status === 401 || error.status === 403) {
    return new M2MError(`${what} is not permitted:\n${error.message}`, { code: 'CLUSTER_REFUSED', cause: error })
  }
  const code = error.status === 0 ? 'CLUSTER_UNREACHABLE' : 'CLUSTER_REFUSED'
  return new M2MError(`${what} failed:\n${error.message}`, { code, cause: error })
}
