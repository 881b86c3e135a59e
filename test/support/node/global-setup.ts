/** Starts the node that the tests of a run share, with M2M installed on it. Vitest calls it only when one of them is in the run. */

import type { TestProject } from 'vitest/node'
import { kubeBinaries, kubectlBinaries, nodeBinaries } from '../../../scripts/kube/binaries.ts'
import { printSeconds } from '../kube/print-measured.ts'
import { buildImages } from './images/build.ts'
import { installChart } from './install-chart.ts'
import { type NodeAddress, startNode, type TestNode } from './node.ts'
import { lackForNode } from './requirements.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Or the reason for which there is none. */
    node: NodeAddress | string
  }
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const node = await prepare((line) => process.stderr.write(`${line}\n`))
  provide('node', typeof node === 'string' ? node : node.address)
  return typeof node === 'string' ? undefined : () => node.close()
}

async function prepare(say: (line: string) => void): Promise<TestNode | string> {
  const lack = await lackForNode()
  if (lack !== undefined) return lack
  const kube = await kubeBinaries(say)
  if (typeof kube === 'string') return kube
  const programs = await nodeBinaries(say)
  if (typeof programs === 'string') return programs
  const tools = await kubectlBinaries()
  if (typeof tools === 'string') return tools
  let begun = performance.now()
  const images = await buildImages(programs.pause)
  if (typeof images === 'string') return images
  printSeconds('images for the node', begun)
  begun = performance.now()
  try {
    const node = await startNode({ kube, node: programs }, images.paths)
    if (typeof node === 'string') return node
    printSeconds('node ready', begun)
    begun = performance.now()
    try {
      await installChart(tools.helm, node.address)
    } catch (error) {
      await node.close()
      throw error
    }
    printSeconds('chart installed', begun)
    return node
  } finally {
    await images.remove()
  }
}
