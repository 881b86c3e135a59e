/**
 * A real node with its own control plane, in its own network, mount and process namespaces. All its state is in one folder,
 * and all of it ends with the process that started it.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeBinaries, NodeBinaries } from '../../../scripts/kube/binaries.ts'
import type { ClusterAddress } from '../kube/cluster.ts'
import { type Program, startProgram } from '../program.ts'
import { untilReady } from '../until-ready.ts'
import { createCgroups } from './cgroups.ts'
import { type NodeFolder, nodeFolder, type Order } from './order.ts'
import { startRelay } from './relay.ts'

/** As it goes to the processes of tests. */
export interface NodeAddress extends ClusterAddress {
  readonly folder: string
}

export interface TestNode {
  readonly address: NodeAddress
  close(): Promise<void>
}

const INSIDE = join(import.meta.dirname, 'inside/main.ts')

/** A namespace of each kind; the last process of the node dies with the first. */
const UNSHARE = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']

/** The first process takes in those that have lost their parents, which Node.js does not. */
const FIRST = ['sh', '-c', '"$@" & wait $!', 'first']

export async function startNode(
  binaries: { readonly kube: KubeBinaries; readonly node: NodeBinaries },
  images: readonly string[],
): Promise<TestNode | string> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-node-'))
  const files = nodeFolder(folder)
  const cgroup = folder.slice(folder.lastIndexOf('/') + 1)
  const groups = await createCgroups(cgroup)
  if (typeof groups === 'string') {
    await rm(folder, { recursive: true })
    return groups
  }
  const order: Order = { ...binaries, cgroup, images }
  await writeFile(files.order, JSON.stringify(order))
  const program = startProgram('unshare', [...UNSHARE, ...FIRST, process.execPath, INSIDE, folder], {
    folder,
    log: files.log,
  })
  const end = async (): Promise<void> => {
    await program.kill()
    await groups.remove()
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  }
  try {
    return await whenReady(program, folder, files, end)
  } catch (error) {
    await end()
    throw error
  }
}

async function whenReady(
  program: Program,
  folder: string,
  files: NodeFolder,
  end: () => Promise<void>,
): Promise<TestNode> {
  let text = ''
  await untilReady('node', program, async () => {
    text = await readFile(files.ready, 'utf8')
    return true
  })
  const { authority } = JSON.parse(text) as ClusterAddress
  const relay = await startRelay({ host: '127.0.0.1', port: 0 }, { path: files.api })
  return {
    address: { url: `https://127.0.0.1:${relay.port}`, authority, folder },
    close: async () => {
      await relay.close()
      await end()
    },
  }
}
