/** The image that holds a pod's namespaces: one static program, packed as `docker save` would. */

import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../inside/run-program.ts'

export const PAUSE_IMAGE = 'docker.io/m2m-test/pause:latest'

/** Writes its archive. */
export async function writePauseImage(program: string, archive: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'm2m-pause-'))
  try {
    await mkdir(join(work, 'root'))
    await copyFile(program, join(work, 'root/pause'))
    await runProgram('tar', ['-C', join(work, 'root'), '-cf', join(work, 'layer.tar'), 'pause'])
    const layer = createHash('sha256')
      .update(await readFile(join(work, 'layer.tar')))
      .digest('hex')
    const config = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: ['/pause'], User: '65532:65532' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    }
    await writeFile(join(work, 'config.json'), JSON.stringify(config))
    const manifest = [{ Config: 'config.json', RepoTags: [PAUSE_IMAGE], Layers: ['layer.tar'] }]
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest))
    await runProgram('tar', ['-C', work, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar'])
  } finally {
    await rm(work, { recursive: true })
  }
}
