/** Builds an image of this project on a base. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ContainerRuntimeClient } from 'testcontainers'

export interface BuiltImage {
  readonly name: string
  /** All layers, uncompressed. */
  readonly bytes: number
}

interface BuildLine {
  readonly stream?: string
  readonly error?: string
}

const ROOT = join(import.meta.dirname, '../../..')

/** What `.dockerignore` lets through. */
const CONTEXT = ['package.json', 'LICENSE', 'scripts/images', 'dist']
const LEFT_OUT = ['--exclude=dist/cache', '--exclude=*.map']

/** @throws with the engine's message when a step fails */
export async function buildImage(
  { container: { dockerode } }: ContainerRuntimeClient,
  program: 'sidecar' | 'operator',
  base: string,
): Promise<BuiltImage> {
  const name = `m2m-test-${program}:latest`
  const dockerfile = `Dockerfile.${program}`
  const tar = spawn('tar', ['-C', ROOT, '-c', ...LEFT_OUT, dockerfile, ...CONTEXT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const options = { t: name, dockerfile, buildargs: { BASE: base }, networkmode: 'host', forcerm: true }
  const stream = await dockerode.buildImage(tar.stdout, options)
  const lines = await new Promise<readonly BuildLine[]>((resolve, reject) => {
    dockerode.modem.followProgress(stream, (error, all) => (error === null ? resolve(all) : reject(error)))
  })
  // A step that fails is a line like the others.
  const failure = lines.find(({ error }) => error !== undefined)?.error
  if (failure !== undefined) throw new Error(`${failure}\n${lines.map((line) => line.stream ?? '').join('')}`)
  const { Size: bytes } = await dockerode.getImage(name).inspect()
  return { name, bytes }
}
