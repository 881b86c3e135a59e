/** Builds a leader elector of client-go, beside the API server's module so that its packages are compiled already. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GO_SETTINGS } from '../../../scripts/kube/compile.ts'

const MODULE = join(import.meta.dirname, '../../../scripts/kube/go')

/** Of a machine that has compiled none of it. */
const MAX_MS = 150_000

/** @returns the reason for which there is none */
export async function buildGoLeader(into: string): Promise<string | undefined> {
  const env = { ...process.env, ...GO_SETTINGS }
  try {
    const args = ['build', '-trimpath', '-o', into, './leader']
    await promisify(execFile)('go', args, { cwd: MODULE, env, timeout: MAX_MS })
    return undefined
  } catch (error) {
    return `no leader of client-go: ${String(error).slice(0, 500)}`
  }
}
