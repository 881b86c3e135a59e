/** A call tells whether its result is a file's text. */

import { describe, expect, test } from 'vitest'
import { type CallOfBlock, hintOf } from '../../../../src/core/compress/kinds/hint.ts'
import { scanJson } from '../../../../src/core/json/index.ts'

/** The hint for a call whose arguments are an object, and for the same arguments as a string. */
function hints(tool: string, args: unknown): boolean[] {
  const object = typeof args === 'string' ? [args] : [args, JSON.stringify(args)]
  return object.map((value) => {
    const tape = scanJson(Buffer.from(JSON.stringify(value)))
    return tape !== undefined && hintOf(tape, { tool, callNode: 0 }).isFile
  })
}

const FILES: readonly (readonly [tool: string, args: unknown])[] = [
  ['bash', { command: 'cat package.json' }],
  ['Bash', { command: 'cd app && sed -n 1,40p tsconfig.json' }],
  ['run_in_terminal', { command: 'cat .till' }],
  ['execute_command', { command: ['bash', '-lc', 'python3 show.py'] }],
  ['mcp__shell__run', { cmd: 'jq . data/rows.json' }],
  ['local_shell', 'cat package.json'],
  ['exec', 'head -50 settings'],
  ['bash', { command: 'kubectl apply -f till.yaml -o json' }],
  ['bash', { command: 'cat rows.json | curl -d @- https://till.example' }],
  ['bash', {}],
  ['kubectl', { command: 'exec till -- cat package.json' }],
  ['read_file', { path: 'src/till.json' }],
  ['fs_get', { file_path: '/srv/till' }],
  ['get_contents', { repo: 'till', path: 'deploy/values.yaml' }],
]

const ANSWERS: readonly (readonly [tool: string, args: unknown])[] = [
  ['bash', { command: 'kubectl get pods -o json' }],
  ['bash', { command: 'cd app &&\naws ec2 describe-instances | jq .Reservations' }],
  ['bash', { command: 'curl -s https://till.example/rows.json' }],
  ['shell', { command: ['bash', '-lc', 'gh api repos/till/rows'] }],
  ['terminal', 'docker inspect till'],
  ['run', { script: 'export A=1; terraform show -json' }],
  ['kubectl', { command: 'get pods -o json' }],
  ['run_kubectl_command', { command: 'get pods -o json' }],
  ['list_pods', { namespace: 'till', output: 'json' }],
  ['http_get', { url: 'https://till.example/rows.json' }],
  ['search_rows', { query: 'till' }],
  ['kubectl_get', { kind: 'pod', name: 'till.shop' }],
  ['get_rows', {}],
]

describe('a result is a file', () => {
  test.each(FILES)('of %s with %j', (tool, args) => {
    expect(hints(tool, args)).not.toContain(false)
  })
})

describe('a command', () => {
  const isRead = (command: string): boolean | undefined => {
    const tape = scanJson(Buffer.from(JSON.stringify({ command })))
    return tape && hintOf(tape, { tool: 'bash', callNode: 0 }).isRead
  }

  test.each([
    'cat make.bat',
    'cd app && sed -n 1,40p boot.s',
    'head -50 rc',
    'git show HEAD:rc',
    'kubectl exec till -- cat rc',
  ])('shows a file: %s', (command) => expect(isRead(command)).toBe(true))

  test.each(['ps aux | head -50', 'kubectl get pods', 'git show HEAD', 'make concat', 'cat', './cat.sh'])(
    'shows none: %s',
    (command) => expect(isRead(command)).toBe(false),
  )
})

describe('a result is an answer', () => {
  test.each(ANSWERS)('of %s with %j', (tool, args) => {
    expect(hints(tool, args)).not.toContain(true)
  })
})

test('a result whose call is unknown has no hint', () => {
  const tape = scanJson(Buffer.from('{}'))
  const calls: CallOfBlock[] = [{}, { tool: 'get_rows' }]
  for (const call of calls) expect(tape && hintOf(tape, call).isFile).toBe(false)
})

test('only the start of a long call is read', () => {
  expect(hints('get_rows', { text: 'x '.repeat(8000), path: 'till.json' })).toEqual([false, false])
})
