/** Reads what decides about the policy: its file, or a mounted directory of files, and the labels of this pod. */

import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Labels } from '../../src/core/policy/documents.ts'
import { isPolicyFile, MAX_POLICY_BYTES, type PolicyFile } from '../../src/core/policy/index.ts'
import { readPodLabels } from './pod-labels.ts'

export interface PolicySource {
  /** A policy file, or a bundle directory. */
  readonly path: string
  /** The file of this pod's labels; undefined: none are known. */
  readonly labelsPath: string | undefined
}

export interface PolicyText {
  readonly isDirectory: boolean
  readonly files: readonly PolicyFile[]
  /** The error, when they cannot be read. */
  readonly labels: Labels | Error
}

export interface Reading {
  /** The error, when they cannot be read. */
  readonly text: PolicyText | Error
  /** The whole content, to compare with. */
  readonly seen: string
}

/** A file written in place is empty or cut short for a moment, and may even be valid: new content must be read twice. */
export async function readUnchanging(source: PolicySource, known: string): Promise<Reading> {
  let read = await readNow(source)
  for (let attempt = 0; attempt < MAX_READINGS && read.seen !== known; attempt++) {
    await sleep(SETTLE_MS)
    const again = await readNow(source)
    if (again.seen === read.seen) return again
    read = again
  }
  return read
}

const SETTLE_MS = 100

/** After so many readings a file that changes all the time is used as it is. */
const MAX_READINGS = 10

/** Never throws. */
export async function readNow({ path, labelsPath }: PolicySource): Promise<Reading> {
  const labels = labelsPath === undefined ? {} : await readPodLabels(labelsPath).catch(asError)
  const policies = await readPolicyFiles(path).catch(asError)
  if (policies instanceof Error) return { text: policies, seen: policies.message }
  const known = labels instanceof Error ? labels.message : labels
  return { text: { ...policies, labels }, seen: JSON.stringify([known, policies.files]) }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

async function readPolicyFiles(path: string): Promise<Pick<PolicyText, 'isDirectory' | 'files'>> {
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
