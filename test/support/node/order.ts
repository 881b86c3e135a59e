/** What goes from the process that wants a node to the one that is its inside, and back, as files of its folder. */

import { join } from 'node:path'
import type { KubeBinaries, NodeBinaries } from '../../../scripts/kube/binaries.ts'

export interface Order {
  readonly kube: KubeBinaries
  readonly node: NodeBinaries
  /** Below the root of each tree of cgroups. */
  readonly cgroup: string
  /** Archives as `docker save` writes them. */
  readonly images: readonly string[]
}

/** The node's own address in its network; pods have others of 10.200.0.0/24. */
export const NODE_ADDRESS = '10.200.0.1'

/** There pods find what `NodeAddress.exposed` leads to. */
export const EXPOSED_PORT = 8080

export const NODE_NAME = 'node'

export interface NodeFolder {
  readonly order: string
  /** Holds a `ClusterAddress` (`../kube/cluster.ts`) once the node is ready. Its port is one inside. */
  readonly ready: string
  /** A socket that leads to the API server. */
  readonly api: string
  /** A socket that pods' calls to `EXPOSED_PORT` come to. */
  readonly exposed: string
  readonly log: string
  /** Of containerd. */
  readonly containers: string
}

export function nodeFolder(folder: string): NodeFolder {
  const at = (name: string): string => join(folder, name)
  return {
    order: at('order.json'),
    ready: at('ready.json'),
    api: at('api.sock'),
    exposed: at('exposed.sock'),
    log: at('node.log'),
    containers: at('containerd.sock'),
  }
}
