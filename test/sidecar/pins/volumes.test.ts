import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { HEADER, type PinRecord } from '../../../src/core/pins/index.ts'
import { RECORD_BYTES } from '../../../src/core/pins/pin-record.ts'
import { keyOf } from '../../core/pins/keys.ts'
import { fileName, fileOf, put, stateFolder } from './state-folder.ts'
import type { VolumeReport } from './volume-process.ts'

const PROCESS = fileURLToPath(new URL('./volume-process.ts', import.meta.url))

const START = fileURLToPath(new URL('./start-process.ts', import.meta.url))

const samplePins: PinRecord[] = [
  { key: keyOf(1), pin: 'as-came' },
  { key: keyOf(2), pin: [8, 17] },
]

/** Runs it in a user namespace of its own, where anyone may mount a volume. */
function onVolume(options: string, then = ':'): VolumeReport {
  const script = `mount -t tmpfs -o ${options} none "$1" && ${then} && exec "$2" "$3" "$1"`
  const args = ['-Urm', 'sh', '-c', script, 'sh', stateFolder(), process.execPath, PROCESS]
  return JSON.parse(execFileSync('unshare', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }))
}

const WHY_NOT = 'no volume can be mounted here: that takes unshare and user namespaces'

function hasVolumes(): boolean {
  try {
    execFileSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', '/tmp'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const HEAP_MB = 64
const PINS = 2_800_000

describe('a volume', () => {
  test('with millions of pins is read by a process that has little memory', () => {
    const folder = stateFolder()
    const pin = fileOf(samplePins).subarray(HEADER.length)
    for (const process of ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']) {
      put(folder, Buffer.concat([HEADER, Buffer.alloc((PINS / 2) * RECORD_BYTES, pin)]), fileName(Date.now(), process))
    }
    const args = [`--max-old-space-size=${HEAP_MB}`, START, folder]
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })).toBe(String(samplePins.length))
  })

  test('that is full is told once, leaves no file open, and is written again when it has room', ({ skip }) => {
    if (!hasVolumes()) return skip(WHY_NOT)
    const { messages, open, known } = onVolume('size=64k')
    expect(messages).toEqual([expect.stringMatching(/cannot be written \((ENOSPC|unknown)\)/)])
    expect(open[1]).toBeLessThanOrEqual(open[0])
    expect(known).toBeGreaterThanOrEqual(1000)
  })

  test('that is read-only is told once, and the process goes on', ({ skip }) => {
    if (!hasVolumes()) return skip(WHY_NOT)
    const { messages, open, known } = onVolume('size=64k', 'mount -o remount,ro none "$1"')
    expect(messages).toEqual([expect.stringContaining('cannot be written (EROFS)')])
    expect([open[1] - open[0], known]).toEqual([0, 0])
  })
})
