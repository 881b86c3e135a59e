/** The command line from its source, with a kubeconfig for a cluster of tests. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunOptions, runCli } from '../../cli/run-cli.ts'
import type { Cluster, KubeconfigOptions } from './cluster.ts'

export interface Told {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `await m2m(cluster, ['check', '--cluster'])` */
export async function m2m(
  cluster: Pick<Cluster, 'kubeconfig'>,
  args: readonly string[],
  { kubeconfig = {}, ...options }: RunOptions & { readonly kubeconfig?: KubeconfigOptions } = {},
): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-kubeconfig-'))
  const file = join(folder, 'config')
  writeFileSync(file, cluster.kubeconfig(kubeconfig))
  try {
    const { code, stdout, stderr } = await runCli(args, { ...options, env: { ...options.env, KUBECONFIG: file } })
    return { code, stdout: stdout.toString(), stderr }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
