/** An image in the place of the public base, which no test may fetch: the project's Node.js, its libraries, a user. */

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { ContainerRuntimeClient } from 'testcontainers'

const run = promisify(execFile)

const NAME = 'm2m-test-base'

/** @returns the name of the image */
export async function createScratchBase({ container }: ContainerRuntimeClient): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'm2m-base-'))
  try {
    for (const [from, to] of await filesOfNode()) {
      await mkdir(dirname(join(root, to)), { recursive: true })
      await cp(from, join(root, to), { dereference: true })
    }
    await mkdir(join(root, 'etc'), { recursive: true })
    await writeFile(join(root, 'etc/passwd'), 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n')
    await mkdir(join(root, 'tmp'), { mode: 0o1777 })
    const archive = `${root}.tar`
    await run('tar', ['-C', root, '-cf', archive, '.'])
    try {
      const stream = await container.dockerode.importImage(archive, { repo: NAME, tag: 'latest' })
      await once(stream.resume(), 'end')
    } finally {
      await rm(archive)
    }
    return `${NAME}:latest`
  } finally {
    await rm(root, { recursive: true })
  }
}

/** Where each file is here, and where the base has it. */
async function filesOfNode(): Promise<[string, string][]> {
  const { stdout } = await run('ldd', [process.execPath])
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']): [string, string] => [path, path])
  return [[process.execPath, '/nodejs/bin/node'], ...libraries]
}
