/** kubectl and Helm as a person runs them against the cluster of the tests. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { test as base } from './policy-test.ts'

export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Fixtures {
  /** @param input of its standard input */
  kubectl(args: readonly string[], input?: string): Promise<Said>
  helm(args: readonly string[]): Promise<Said>
}

const MAX_MS = 60_000

export const test = base.extend<Fixtures>({
  kubectl: async ({ cluster, policies: _, skip }, use) => {
    const programs = await kubectlBinaries()
    if (typeof programs === 'string') return skip(programs)
    const home = await mkdtemp(join(tmpdir(), 'm2m-kubectl-'))
    const config = join(home, 'config')
    await writeFile(config, cluster.kubeconfig(), { mode: 0o600 })
    const own = ['--kubeconfig', config, '--cache-dir', join(home, 'cache')]
    await use((args, input) => run(programs.kubectl, [...own, ...args], input))
    await rm(home, { recursive: true, force: true })
  },
  helm: async ({ skip }, use) => {
    const programs = await kubectlBinaries()
    if (typeof programs === 'string') return skip(programs)
    await use((args) => run(programs.helm, args))
  },
})

function run(program: string, args: readonly string[], input = ''): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: MAX_MS }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    )
    child.stdin?.end(input)
  })
}
