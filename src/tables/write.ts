/** Builds the token tables from js-tiktoken's rank data. Runs at build time only. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import cl100k from 'js-tiktoken/ranks/cl100k_base'
import o200k from 'js-tiktoken/ranks/o200k_base'
import { characterClassesTable, ranksTable, type TableName } from '../core/tokenizer/index.ts'

/** Writes `<name>.bin` for every table into `directory`, which is created if it does not exist. */
export async function writeTokenTables(directory: string): Promise<void> {
  const tables: Record<TableName, Uint8Array> = {
    o200k_base: ranksTable('o200k_base', tokensOf(o200k.bpe_ranks)),
    cl100k_base: ranksTable('cl100k_base', tokensOf(cl100k.bpe_ranks)),
    'unicode-classes': characterClassesTable(),
  }
  await mkdir(directory, { recursive: true })
  await Promise.all(Object.entries(tables).map(([name, bytes]) => writeFile(join(directory, `${name}.bin`), bytes)))
}

/** Parses js-tiktoken's format: lines of `! <first rank> <token in base64> <next token> ...`. */
function tokensOf(ranks: string): Uint8Array[] {
  const tokens: Uint8Array[] = []
  for (const line of ranks.split('\n')) {
    const [, first, ...encoded] = line.split(' ')
    for (const [index, token] of encoded.entries()) tokens[Number(first) + index] = Buffer.from(token, 'base64')
  }
  return tokens
}
