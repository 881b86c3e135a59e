/** From a place in the bundle to the source file that it was made of, by the bundle's source maps. */

import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Place {
  /** As V8 names scripts: `file:///...`, `node:net`, or empty. */
  readonly url: string
  /** From 0. */
  readonly line: number
  readonly column: number
}

/** Each map is read once. A script without one is its own source. */
export function createSources(): (place: Place) => string {
  const maps = new Map<string, SourceMap | undefined>()
  return ({ url, line, column }) => {
    if (!url.startsWith('file:')) return url
    if (!maps.has(url)) maps.set(url, readMap(fileURLToPath(url)))
    const entry = maps.get(url)?.findEntry(line, column)
    return entry !== undefined && 'originalSource' in entry ? inProject(entry.originalSource) : url
  }
}

function readMap(file: string): SourceMap | undefined {
  const map = `${file}.map`
  return existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, 'utf8')) as SourceMapPayload) : undefined
}

/** Sources are relative to the bundle: `../../src/core/errors.ts`. */
export function inProject(source: string): string {
  return posix.normalize(source).replace(/^(?:\.\.\/)+/, '')
}
