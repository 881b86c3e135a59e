/** The labels of this pod, from the file that Kubernetes keeps up to date (downward API, `metadata.labels`). */

import { readFile, stat } from 'node:fs/promises'
import type { Labels } from '../../src/core/policy/documents.ts'

/** All labels and annotations of an object together may take 256 KiB. */
const MAX_BYTES = 256 * 1024

/** @throws the file system's error, or one that names the file and the line that is no label */
export async function readPodLabels(path: string): Promise<Labels> {
  const { size } = await stat(path)
  if (size > MAX_BYTES) throw new Error(`${path} is larger than 256 KiB`)
  return parsePodLabels(await readFile(path, 'utf8'), path)
}

/**
 * One label a line: `key="value"`, the value quoted as in Go, which for every valid value is as in JSON.
 * @throws an error that names file and line
 */
export function parsePodLabels(text: string, path: string): Labels {
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }))
  const labels = lines
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      const label = labelOf(line)
      if (label === undefined) throw new Error(`${path}:${number}: is not a label such as app="web"`)
      return label
    })
  return Object.fromEntries(labels)
}

function labelOf(line: string): [key: string, value: string] | undefined {
  const end = line.indexOf('=')
  if (end < 1) return undefined
  try {
    const value: unknown = JSON.parse(line.slice(end + 1))
    return typeof value === 'string' ? [line.slice(0, end), value] : undefined
  } catch {
    return undefined
  }
}
