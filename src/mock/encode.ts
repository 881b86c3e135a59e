/** Content encodings, flushed after every part so that a stream stays a stream. */

import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib'
import type { Step } from './script.ts'

export interface PartEncoder {
  part(bytes: string | Uint8Array): Promise<string | Uint8Array>
  end(): Promise<Uint8Array>
}

/** Without an encoding the parts are unchanged. */
export function createPartEncoder(encoding: Step['encoding']): PartEncoder {
  if (encoding === undefined) return { part: async (bytes) => bytes, end: async () => new Uint8Array() }
  const { stream, flush } = open(encoding)
  let made: Uint8Array[] = []
  stream.on('data', (bytes: Uint8Array) => made.push(bytes))
  const take = (): Uint8Array => {
    const bytes = Buffer.concat(made)
    made = []
    return bytes
  }
  return {
    part: (bytes) =>
      new Promise((resolve) => {
        stream.write(bytes)
        stream.flush(flush, () => resolve(take()))
      }),
    end: () =>
      new Promise((resolve) => {
        stream.once('end', () => resolve(take()))
        stream.end()
      }),
  }
}

function open(encoding: NonNullable<Step['encoding']>): { stream: ReturnType<typeof createGzip>; flush: number } {
  switch (encoding) {
    case 'gzip':
      return { stream: createGzip(), flush: constants.Z_SYNC_FLUSH }
    case 'deflate':
      return { stream: createDeflate(), flush: constants.Z_SYNC_FLUSH }
    case 'br':
      return { stream: createBrotliCompress(), flush: constants.BROTLI_OPERATION_FLUSH }
    case 'zstd':
      return { stream: createZstdCompress(), flush: constants.ZSTD_e_flush }
  }
}
