import { execFileSync } from 'node:child_process'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createLogger, withoutQuery } from '../../sidecar/log.ts'
import { logCall } from '../../sidecar/telemetry/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import { callSummary, otherCall } from './telemetry/calls.ts'

function capture(level: 'info' | 'debug' = 'info'): { log: ReturnType<typeof createLogger>; text: () => string } {
  let text = ''
  const log = createLogger({ level, destination: { write: (line) => (text += line) } })
  return { log, text: () => text }
}

test.each([
  [{ namespace: 'shop', name: 'api-0', node: 'n1', workload: 'api', workloadKind: 'Deployment' }, 'Deployment/api'],
  [{ namespace: 'shop', name: 'api-0', node: 'n1', workload: 'api', workloadKind: undefined }, 'api'],
])('a line says which pod it is of', (pod, workload) => {
  let text = ''
  createLogger({ level: 'info', pod, destination: { write: (line) => (text += line) } }).info({ a: 1 }, 'line')
  expect(JSON.parse(text)).toMatchObject({ namespace: 'shop', pod: 'api-0', workload, node: 'n1', a: 1, msg: 'line' })
})

test('a line outside a cluster has no word about a pod', () => {
  const { log, text } = capture()
  log.info('line')
  expect(Object.keys(JSON.parse(text()))).toEqual(['level', 'time', 'msg'])
})

const SECRET = 'sk-live-0123456789'

describe('secrets', () => {
  const request = new IncomingMessage(new Socket())
  request.headers = { authorization: SECRET }
  request.url = `/v1/models?key=${SECRET}`

  test.each<[string, Record<string, unknown>]>([
    ['a credential header', { authorization: SECRET }],
    ['one in other case', { Authorization: SECRET, 'X-Api-Key': SECRET }],
    ['one of another provider', { 'x-goog-api-key': SECRET, 'api-key': SECRET }],
    ['cookies', { cookie: SECRET, 'set-cookie': [SECRET] }],
    ['a proxy credential', { 'proxy-authorization': SECRET }],
    ['headers as a whole', { headers: { 'x-custom': SECRET, authorization: SECRET } }],
    ['headers as a list', { headers: [['x-custom', SECRET]] }],
    ['a nested credential', { a: { b: { c: { authorization: SECRET } } } }],
    ['a deeply nested one', { a: { b: { c: { d: { e: { authorization: SECRET } } } } } }],
    ['one in a list', { list: [{ cookie: SECRET }] }],
    ['a whole request', { req: request }],
    ['bytes of a body', { body: Buffer.from(SECRET) }],
    [
      'what an error carries',
      { err: Object.assign(new Error('no'), { headers: { authorization: SECRET }, body: SECRET }) },
    ],
  ])('does not log %s', (_name, fields) => {
    const { log, text } = capture()
    log.info(fields, 'line')
    log.child(fields).info('from a child')
    expect(text().split('\n').filter(Boolean)).toHaveLength(2)
    expect(text()).not.toContain(SECRET)
    expect(text()).not.toContain(Buffer.from(SECRET).toString('base64'))
  })
})

describe('errors', () => {
  test('are logged with code, blame and message, and the code of their cause', () => {
    const { log, text } = capture()
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    log.error({ err: new M2MError('the upstream is away', { code: 'UPSTREAM_UNREACHABLE', cause }) }, 'failed')
    expect(JSON.parse(text())).toMatchObject({
      level: 'error',
      msg: 'failed',
      err: {
        code: 'UPSTREAM_UNREACHABLE',
        blame: 'upstream',
        message: 'the upstream is away',
        cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
      },
    })
    expect(text()).not.toContain('stack')
  })

  test('show their stack when debugging', () => {
    const { log, text } = capture('debug')
    log.error({ err: new Error('oops') }, 'failed')
    expect(JSON.parse(text()).err.stack).toContain('log.test.ts')
  })

  test('end when they cause themselves', () => {
    const { log, text } = capture()
    const error = new Error('ouroboros')
    error.cause = error
    log.error({ err: error }, 'failed')
    expect(text()).toContain('ouroboros')
  })
})

describe('one line per call', () => {
  test('reports the outcome of an LLM call', () => {
    const { log, text } = capture()
    logCall(log, callSummary({ traceId: 'a'.repeat(32) }))
    expect(JSON.parse(text())).toMatchObject({
      call: '00f067aa0ba902b7',
      trace_id: 'a'.repeat(32),
      method: 'POST',
      path: '/v1/chat/completions',
      provider: 'openai',
      status: 200,
      outcome: 'compressed',
      tokens_saved: 300,
      ms: 300,
    })
  })

  test('claims no saving for a call that is not billed', () => {
    const { log, text } = capture()
    logCall(log, callSummary({ status: 502, error: 'UPSTREAM_CLOSED' }))
    expect(JSON.parse(text())).toMatchObject({ status: 502, error: 'UPSTREAM_CLOSED', outcome: 'compressed' })
    expect(JSON.parse(text())).not.toHaveProperty('tokens_saved')
  })

  test('is left out for other calls, except when debugging', () => {
    const atInfo = capture()
    logCall(atInfo.log, otherCall())
    expect(atInfo.text()).toBe('')
    const atDebug = capture('debug')
    logCall(atDebug.log, otherCall())
    expect(JSON.parse(atDebug.text())).toMatchObject({ level: 'debug', status: 200 })
  })

  test('is written for a signed call whatever its kind: it says why nothing is saved', () => {
    const { log, text } = capture()
    logCall(log, { ...otherCall(), passthrough: 'signed' })
    expect(JSON.parse(text())).toMatchObject({ level: 'info', msg: 'other call', passthrough_reason: 'signed' })
  })

  test('is written for a refused call whatever its kind: its id is the only clue', () => {
    const { log, text } = capture()
    logCall(log, callSummary({ dialect: undefined, report: undefined, status: 404, error: 'NO_SUCH_ROUTE' }))
    expect(JSON.parse(text())).toMatchObject({ level: 'info', status: 404, error: 'NO_SUCH_ROUTE' })
  })
})

test('a path is cut at its query or fragment', () => {
  expect(withoutQuery('/v1/models?key=1#x')).toBe('/v1/models')
  expect(withoutQuery('/v1/models#x')).toBe('/v1/models')
  expect(withoutQuery('/v1/models')).toBe('/v1/models')
})

test('every line is written when the process exits at once', () => {
  const module = JSON.stringify(new URL('../../sidecar/log.ts', import.meta.url).href)
  const program = `
    const { createLogger } = await import(${module})
    const log = createLogger({ level: 'info' })
    for (let i = 0; i < 500; i++) log.info({ i }, 'line')
    process.exit(0)`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(output.trim().split('\n')).toHaveLength(500)
})
