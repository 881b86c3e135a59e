/** The images that a node has: the sidecar's and the operator's by the project's own Dockerfiles, and an application's. */

import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { build } from 'esbuild'
import type { ContainerRuntimeClient } from 'testcontainers'
import { buildImage } from '../../docker/build-image.ts'
import { startDockerEngine } from '../../docker/engine.ts'
import { createScratchBase } from '../../docker/scratch-base.ts'
import { runProgram } from '../inside/run-program.ts'
import { writePauseImage } from './pause.ts'

export const SIDECAR_IMAGE = 'm2m-test-sidecar:latest'
export const OPERATOR_IMAGE = 'm2m-test-operator:latest'
export const APP_IMAGE = 'm2m-test-app:latest'

const APP = join(import.meta.dirname, '../app/main.ts')

export interface ImageArchives {
  readonly paths: readonly string[]
  remove(): Promise<void>
}

/** @param pause the program of a pod's first container @returns the reason for which there are none */
export async function buildImages(pause: string): Promise<ImageArchives | string> {
  const engine = await startDockerEngine()
  if (typeof engine === 'string') return engine
  const folder = await mkdtemp(join(tmpdir(), 'm2m-images-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true })
  const paths = ['pause.tar', 'images.tar'].map((name) => join(folder, name)) as [string, string]
  try {
    const base = await createScratchBase(engine.client)
    await buildImage(engine.client, 'sidecar', base)
    await buildImage(engine.client, 'operator', base)
    await buildApp(engine.client, folder, base)
    await writePauseImage(pause, paths[0])
    await save(engine.client, [SIDECAR_IMAGE, OPERATOR_IMAGE, APP_IMAGE], paths[1])
    return { paths, remove }
  } catch (error) {
    await remove()
    throw error
  } finally {
    await engine.close()
  }
}

async function buildApp(
  { container: { dockerode } }: ContainerRuntimeClient,
  folder: string,
  base: string,
): Promise<void> {
  const outfile = join(folder, 'app.mjs')
  await build({ entryPoints: [APP], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' })
  const lines = [`FROM ${base}`, 'COPY app.mjs /app.mjs', 'USER 65532:65532']
  const dockerfile = [...lines, 'ENTRYPOINT ["/nodejs/bin/node", "/app.mjs"]', ''].join('\n')
  await writeFile(join(folder, 'Dockerfile'), dockerfile)
  const context = join(folder, 'context.tar')
  await runProgram('tar', ['-C', folder, '-cf', context, 'Dockerfile', 'app.mjs'])
  const stream = await dockerode.buildImage(context, { t: APP_IMAGE, networkmode: 'host', forcerm: true })
  await new Promise<void>((resolve, reject) => {
    dockerode.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)))
  })
}

/** Together, so that the layers of the base are there once. */
async function save(
  { container: { dockerode } }: ContainerRuntimeClient,
  names: readonly string[],
  archive: string,
): Promise<void> {
  // docker-modem takes away the last character of a path with a question mark.
  const path = `/images/get?${names.map((name) => `names=${encodeURIComponent(name)}&`).join('')}`
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const options = { path, method: 'GET', isStream: true, statusCodes: { 200: true } }
    dockerode.modem.dial(options, (error, data) =>
      error === null ? resolve(data as NodeJS.ReadableStream) : reject(error),
    )
  })
  await pipeline(stream, createWriteStream(archive))
}
