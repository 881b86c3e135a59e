/** What is compiled of the locked module beside this file, in groups that each have a folder of the cache. */

export interface ProgramGroup {
  /** For people, and in the name of its folder. */
  readonly name: string
  readonly title: string
  /** Of which Go makes programs; `./` is of the module itself. */
  readonly packages: readonly string[]
  /** How many packages Go compiles for them, after those of the groups before. */
  readonly packageCount: number
}

/** Tier A: objects are only objects. */
export const API_SERVER: ProgramGroup = {
  name: 'kube',
  title: 'kube-apiserver and etcd',
  packages: ['k8s.io/kubernetes/cmd/kube-apiserver', 'go.etcd.io/etcd/server/v3'],
  packageCount: 2141,
}

/** Tiers B and C: controllers, fake nodes, and a real one. */
export const NODE: ProgramGroup = {
  name: 'kube-node',
  title: 'kubelet, controllers and kwok',
  packages: [
    'k8s.io/kubernetes/cmd/kube-controller-manager',
    'k8s.io/kubernetes/cmd/kube-scheduler',
    'k8s.io/kubernetes/cmd/kube-proxy',
    'k8s.io/kubernetes/cmd/kubelet',
    'sigs.k8s.io/kwok/cmd/kwok',
    './pause',
  ],
  packageCount: 665,
}
