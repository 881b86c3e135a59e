import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StateFiles } from '../../../sidecar/pins/state-files.ts'
import type { PinRecord } from '../../../src/core/pins/index.ts'
import { keyOf } from '../../core/pins/keys.ts'
import { fileName, fileOf, put, readLog, recordsOf, stateFolder } from './state-folder.ts'

const DAY_MS = 24 * 60 * 60_000

const pins: PinRecord[] = Array.from({ length: 50 }, (_, nth) => ({ key: keyOf(nth), pin: nth % 2 ? [7] : 'as-came' }))

function filesOf(folder: string, maxFileBytes?: number): { files: StateFiles; messages: string[] } {
  const { log, messages } = readLog()
  const files = new StateFiles(folder, { log, beginning: () => [], ...(maxFileBytes && { maxFileBytes }) })
  onTestFinished(() => files.close())
  return { files, messages }
}

function readAll(folder: string): { records: PinRecord[]; messages: string[] } {
  const { files, messages } = filesOf(folder)
  return { records: recordsOf(files.open()), messages }
}

describe('state files', () => {
  test('PC-3: of an ended process are read by the next one', () => {
    const folder = join(stateFolder(), 'made', 'here')
    const { files } = filesOf(folder)
    expect(files.open()).toEqual([])
    files.append(pins.slice(0, 20))
    files.append(pins.slice(20))
    expect(readAll(folder)).toEqual({ records: pins, messages: [] })
  })

  test('of a live process are read as they grow, and its own are not read', () => {
    const folder = stateFolder()
    const [one, other] = [filesOf(folder).files, filesOf(folder).files]
    one.open()
    other.open()
    expect(other.refresh()).toEqual([])
    one.append(pins.slice(0, 10))
    expect(recordsOf(other.refresh())).toEqual(pins.slice(0, 10))
    one.append(pins.slice(10, 12))
    expect(recordsOf(other.refresh())).toEqual(pins.slice(10, 12))
    expect(other.refresh()).toEqual([])
    expect(one.refresh()).toEqual([])
  })

  test('are made for their owner only, and none is made before there is something to write', () => {
    const folder = stateFolder()
    const { files } = filesOf(folder)
    files.open()
    files.append([])
    expect(readdirSync(folder)).toEqual([])
    files.append(pins)
    const [name = ''] = readdirSync(folder)
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })
})

describe('a damaged file', () => {
  const good = fileOf(pins)
  const cases: readonly (readonly [name: string, bytes: Uint8Array, kept: readonly PinRecord[], warns: boolean])[] = [
    ['cut in the middle of a record', good.subarray(0, 12 * 11 + 5), pins.slice(0, 10), false],
    ['doubled', Buffer.concat([good, good]), [...pins, ...pins], false],
    [
      'with garbage in its middle',
      Buffer.concat([good.subarray(0, 132), Buffer.from('garbage'), good.subarray(132)]),
      pins,
      true,
    ],
    ['that ends in zeros', Buffer.concat([good, Buffer.alloc(4096)]), pins, true],
    ['of a later version', Buffer.from(good).fill(2, 7, 8), [], true],
    ['that is none of ours', Buffer.from('{"pins": "as JSON"}'), [], true],
    ['of zeros', Buffer.alloc(4096), [], true],
    ['that is empty', Buffer.alloc(0), [], false],
    ['that is shorter than its header', good.subarray(0, 5), [], false],
  ]

  test.each(cases)('%s is read as far as it goes, and so is the next one', (_name, bytes, kept, warns) => {
    const folder = stateFolder()
    put(folder, bytes, fileName(1_000))
    put(folder, fileOf(pins.slice(0, 3)), fileName(2_000))
    const { records, messages } = readAll(folder)
    expect(records).toEqual([...kept, ...pins.slice(0, 3)])
    expect(messages).toHaveLength(warns ? 1 : 0)
  })

  test('that lies there twice, under two names, is read twice', () => {
    const folder = stateFolder()
    for (const process of ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']) put(folder, good, fileName(1_000, process))
    expect(readAll(folder)).toEqual({ records: [...pins, ...pins], messages: [] })
  })

  test('that is cut while it is read does no harm', () => {
    const folder = stateFolder()
    const path = put(folder, good)
    const { files, messages } = filesOf(folder)
    files.open()
    truncateSync(path, 100)
    expect(files.refresh()).toEqual([])
    rmSync(path)
    expect(files.refresh()).toEqual([])
    expect(messages).toEqual([])
  })

  test('that cannot be read hides no other', () => {
    const folder = stateFolder()
    mkdirSync(join(folder, fileName(1_000)))
    symlinkSync(join(folder, 'nowhere'), join(folder, fileName(2_000)))
    put(folder, good, fileName(3_000))
    const { files, messages } = filesOf(folder)
    expect(recordsOf(files.open())).toEqual(pins)
    files.refresh()
    expect(messages).toEqual([expect.stringContaining('has a file that cannot be read (EISDIR)')])
  })

  test('of another name is left alone', () => {
    const folder = stateFolder()
    for (const name of ['notes.txt', 'pins-1.bin', `${fileName()}.bak`]) put(folder, good, name)
    const before = readdirSync(folder)
    expect(readAll(folder).records).toEqual([])
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('a folder that cannot be used', () => {
  const NEVER_A_FOLDER: readonly (readonly [string, (folder: string) => string])[] = [
    ['a file', (folder) => put(folder, 'a file', 'file')],
    ['below a file', (folder) => join(put(folder, 'a file', 'file'), 'state')],
    ['in a file system that takes no files', () => '/proc/self/task'],
    ['with a name that is too long', (folder) => join(folder, 'x'.repeat(300))],
  ]

  test.each(NEVER_A_FOLDER)('because it is %s is told once, and nothing throws', (_why, place) => {
    const { files, messages } = filesOf(place(stateFolder()))
    for (let nth = 0; nth < 3; nth++) {
      files.open()
      files.refresh()
      files.append(pins)
    }
    expect(messages.length).toBeGreaterThan(0)
    expect(new Set(messages.map((message) => message.replace(/\(.*/, ''))).size).toBe(messages.length)
  })

  test('for a while is tried again after a minute', () => {
    const now = vi.spyOn(performance, 'now')
    onTestFinished(() => now.mockRestore())
    const folder = join(stateFolder(), 'state')
    put(join(folder, '..'), '', 'state')
    const { files } = filesOf(folder)
    now.mockReturnValue(1_000)
    files.append(pins.slice(0, 1))
    rmSync(folder)
    files.append(pins.slice(1, 2))
    now.mockReturnValue(61_001)
    files.append(pins.slice(2, 3))
    expect(readAll(folder).records).toEqual(pins.slice(2, 3))
  })

  test('because it was removed is made again', () => {
    const folder = stateFolder()
    const { files } = filesOf(folder)
    files.append(pins.slice(0, 1))
    rmSync(folder, { recursive: true })
    files.append(pins.slice(1, 2))
    expect(readAll(folder).records).toEqual(pins.slice(1, 2))
  })
})

describe('the size of the folder', () => {
  const record = pins.slice(0, 1)

  test('is bounded for a process: it keeps its last two files', () => {
    const folder = stateFolder()
    const { files, messages } = filesOf(folder, 1200)
    for (let nth = 0; nth < 20; nth++) files.append(pins)
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
    expect(sizes).toHaveLength(2)
    expect(Math.max(...sizes)).toBeLessThan(1200 + 12 * pins.length + 12)
    expect(messages).toEqual([])
  })

  test('is bounded for a process whose older file another one has swept away', () => {
    const folder = stateFolder()
    const { files, messages } = filesOf(folder, 1)
    for (const record of pins.slice(0, 2)) files.append([record])
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    for (const record of pins.slice(2, 5)) files.append([record])
    expect(messages).toEqual([])
    expect(readAll(folder).records).toHaveLength(2)
    expect(readAll(folder).records).toEqual(expect.arrayContaining(pins.slice(3, 5)))
  })

  test('is bounded for all: the oldest of more than 512 files go when a process starts', () => {
    const folder = stateFolder()
    for (let nth = 0; nth < 600; nth++) put(folder, fileOf(record), fileName(1_000 + nth))
    readAll(folder)
    const left = readdirSync(folder).sort()
    expect(left).toHaveLength(512)
    expect(left[0]).toBe(fileName(1_088))
  })

  test('is bounded for all: the oldest of more than 64 MB go', () => {
    const folder = stateFolder()
    for (let nth = 0; nth < 7; nth++) {
      const path = put(folder, fileOf(record), fileName(1_000 + nth))
      truncateSync(path, 10 * 1024 * 1024)
    }
    readAll(folder)
    expect(readdirSync(folder).sort()).toEqual([1, 2, 3, 4, 5, 6].map((nth) => fileName(1_000 + nth)))
  })

  test('is bounded in time: a file goes a week after its last record', () => {
    const folder = stateFolder()
    const written = (daysAgo: number, name: string): void => {
      const at = new Date(Date.now() - daysAgo * DAY_MS)
      utimesSync(put(folder, fileOf(record), name), at, at)
    }
    written(8, fileName(1_000))
    written(6, fileName(1_001))
    expect(readAll(folder).records).toEqual(record)
    expect(readdirSync(folder)).toEqual([fileName(1_001)])
  })

  test('a process whose file was swept away begins another one', () => {
    const folder = stateFolder()
    const { files } = filesOf(folder)
    files.append(pins.slice(0, 1))
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    files.append(pins.slice(1, 2))
    expect(readAll(folder).records).toEqual(pins.slice(1, 2))
  })
})
