import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { bytesByRoom, type CpuProfile, timeByRoom } from './attribute.ts'
import { type Frame, OTHER, roomOf } from './rooms.ts'
import { createSources, inProject, type Place } from './source-maps.ts'

function frame(source: string, functionName = 'f'): Frame {
  return { functionName, source }
}

test.each<[string, readonly Frame[], string]>([
  ['a stage', [frame('sidecar/request/match.ts'), frame('sidecar/call/pipeline.ts')], 'match'],
  ['what a stage calls', [frame('src/core/json/scan.ts'), frame('sidecar/reply/relay.ts')], 'relay'],
  ['the same for another stage', [frame('src/core/json/scan.ts'), frame('sidecar/request/read-request.ts')], 'read'],
  [
    'counting, whoever asks',
    [frame('src/core/tokenizer/bpe.ts'), frame('sidecar/request/compress.ts')],
    'count tokens',
  ],
  ['a stage of an earlier revision', [frame('src/core/sse/read.ts'), frame('sidecar/relay.ts')], 'relay'],
  ['a package', [frame('node_modules/undici/lib/core/request.js'), frame('sidecar/upstream/send.ts')], 'undici'],
  ['a part of Node.js', [frame('node:_http_server'), frame('sidecar/port/listen.ts')], 'node: http'],
  ['a function of the engine', [frame('', 'indexOf'), frame('src/core/compress/lines.ts')], 'compress'],
  ['a name of every object', [frame('', 'toString'), frame('src/core/compress/lines.ts')], 'compress'],
  ['the collector', [frame('', '(garbage collector)'), frame('sidecar/request/match.ts')], 'garbage collection'],
  ['code that no stage has called', [frame('src/core/version.ts')], OTHER],
])('%s is charged to its room', (_name, stack, room) => {
  expect(roomOf(stack)).toBe(room)
})

function callFrame(url: string, functionName = 'f'): CpuProfile['nodes'][number]['callFrame'] {
  return { functionName, url, lineNumber: 0, columnNumber: 0 }
}

const sourceOf = ({ url }: Place): string => url

test('time is summed up by room from samples, without idle time', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: callFrame('', '(root)'), children: [2, 4] },
      { id: 2, callFrame: callFrame('sidecar/request/match.ts'), children: [3] },
      { id: 3, callFrame: callFrame('src/core/json/scan.ts') },
      { id: 4, callFrame: callFrame('', '(idle)') },
    ],
    samples: [2, 3, 4, 3],
    timeDeltas: [200, 300, 5000, 500],
  }
  expect([...timeByRoom(profile, sourceOf)]).toEqual([['match', 1000]])
})

test('bytes are summed up by room from the tree of allocations', () => {
  const leaf = (url: string, selfSize: number): Parameters<typeof bytesByRoom>[0] => {
    return { callFrame: callFrame(url), selfSize, children: [] }
  }
  const stage = { ...leaf('sidecar/reply/relay.ts', 100), children: [leaf('src/core/json/scan.ts', 20)] }
  const head = { callFrame: callFrame('', '(root)'), selfSize: 0, children: [stage, leaf('node:net', 7)] }
  expect([...bytesByRoom(head, sourceOf)]).toEqual([
    ['relay', 120],
    ['node: net', 7],
  ])
})

test('a place in the bundle is found in its source by the map beside it, and without a map it is its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-maps-'))
  const script = join(folder, 'bundle.js')
  const map = { version: 3, sources: ['../../src/core/a.ts', '../../src/core/b.ts'], names: [], mappings: 'AAAA;ACAA' }
  writeFileSync(`${script}.map`, JSON.stringify(map))
  const source = createSources()
  const url = pathToFileURL(script).href
  expect(source({ url, line: 0, column: 4 })).toBe('src/core/a.ts')
  expect(source({ url, line: 1, column: 0 })).toBe('src/core/b.ts')
  expect(source({ url: 'node:net', line: 1, column: 0 })).toBe('node:net')
  const unmapped = pathToFileURL(join(folder, 'other.js')).href
  expect(source({ url: unmapped, line: 0, column: 0 })).toBe(unmapped)
})

test('a source is named from the root of its project', () => {
  expect(inProject('../../node_modules/undici/lib/../index.js')).toBe('node_modules/undici/index.js')
})
