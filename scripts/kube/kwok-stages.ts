/** How fake nodes and their pods go on: upstream's own stages, which kwok does not have inside. */

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GO_SETTINGS } from './compile.ts'

const STAGES = [
  'node/fast/node-initialize',
  'node/heartbeat-with-lease/node-heartbeat-with-lease',
  'pod/fast/pod-ready',
  'pod/fast/pod-complete',
  'pod/fast/pod-delete',
]

const MAX_MS = 60_000

/** @returns the reason for which there are none */
export async function writeStages(module: string, into: string): Promise<string | undefined> {
  const env = { ...process.env, ...GO_SETTINGS }
  try {
    const args = ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok']
    const { stdout } = await promisify(execFile)('go', args, { cwd: module, env, timeout: MAX_MS })
    const folder = join(stdout.trim(), 'kustomize/stage')
    const stages = await Promise.all(STAGES.map((name) => readFile(join(folder, `${name}.yaml`), 'utf8')))
    await writeFile(into, stages.map((stage) => `---\n${stage}`).join(''))
    return undefined
  } catch (error) {
    return `no stages of kwok: ${(error as Error).message}`
  }
}
