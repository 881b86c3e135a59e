import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readTokenTable } from '../../src/tables/index.ts'
import { writeTokenTables } from '../../src/tables/write.ts'

const directory = mkdtempSync(join(tmpdir(), 'm2m-tables-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('token tables', () => {
  test('are written into a new directory, equal to those of the build', async () => {
    const target = join(directory, 'new', 'tables')
    await writeTokenTables(target)
    for (const name of ['o200k_base', 'cl100k_base', 'unicode-classes'] as const) {
      expect(readFileSync(join(target, `${name}.bin`)).equals(readTokenTable(name)), name).toBe(true)
    }
  })

  test('take less than 15 MB a vocabulary', () => {
    expect(readTokenTable('o200k_base').length).toBeLessThan(5e6)
    expect(readTokenTable('cl100k_base').length).toBeLessThan(3e6)
  })

  test('that are missing are reported with the remedy', () => {
    expect(() => readTokenTable('p50k_base' as 'o200k_base')).toThrow(
      expect.objectContaining({ code: 'TABLES_MISSING', message: expect.stringContaining('make build') }),
    )
  })
})
