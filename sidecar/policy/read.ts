/** Reads the policy files at a path: one file, or a mounted directory of them. */

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isPolicyFile, MAX_POLICY_BYTES, type PolicyFile } from '../../src/core/policy/index.ts'

export interface PolicyFiles {
  readonly isDirectory: boolean
  readonly files: readonly PolicyFile[]
}

/** @throws the file system's error, or one that names the file that is missing or too large */
export async function readPolicyFiles(path: string): Promise<PolicyFiles> {
  const isDirectory = await isFolder(path)
  const paths = isDirectory
    ? (await readdir(path))
        .filter(isPolicyFile)
        .sort()
        .map((name) => join(path, name))
    : [path]
  return { isDirectory, files: await Promise.all(paths.map(readOne)) }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(`${path}: there is no such file or folder`, { cause: error })
  }
}

async function readOne(file: string): Promise<PolicyFile> {
  const { size } = await stat(file)
  if (size > MAX_POLICY_BYTES) throw new Error(`${file} is larger than 1 MiB`)
  return { name: basename(file), file, text: await readFile(file, 'utf8') }
}
