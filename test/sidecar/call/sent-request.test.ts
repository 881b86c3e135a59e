import { describe, expect, test } from 'vitest'
import { sentRequest } from '../../../sidecar/call/sent-request.ts'
import type { Marked } from '../../../sidecar/request/mark-cache.ts'
import { dialectByName, type ReadBody, readBody } from '../../../src/core/dialect/index.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { enforce } from '../../core/compress/requests.ts'
import { wordyBody } from '../../support/chat-call.ts'
import { exactCounter } from '../../support/counters.ts'

const warnings: string[] = []
const log = { warn: (_fields: object, message: string) => void warnings.push(message), error: () => undefined }

const notSentAgain = { reason: undefined, question: 'none', report: undefined, healing: undefined } as const

function marked(read: ReadBody): Marked {
  const request = {
    read,
    account: 'a',
    counter: exactCounter,
    settings: enforce,
    session: 's',
    group: 'treated' as const,
    isLeftAlone: false,
    passthrough: 'no_gain' as const,
    conversation: undefined,
    unknownForms: 0,
    isHealable: false,
  }
  return {
    body: read.body,
    isDecoded: false,
    report: undefined,
    cache: undefined,
    unmarked: undefined,
    mark: undefined,
    passthrough: 'no_gain' as const,
    request,
  }
}

function read(fields: object = {}): ReadBody {
  const found = readBody(Buffer.from(wordyBody(fields)), dialectByName('openai-chat'))
  if (found === undefined) throw new Error('the test body was not understood')
  return found
}

describe('what is kept of a sent request', () => {
  test('are facts and hashes, without its bytes', () => {
    const { request, prefix } = atOnce(sentRequest(marked(read({ stream: true })), notSentAgain, log))
    expect(request).toMatchObject({
      model: 'gpt-4o',
      isStream: true,
      session: 's',
      group: 'treated',
      failedResults: [],
    })
    expect(prefix?.print.marks.length).toBeGreaterThan(0)
    expect(JSON.stringify({ request, prefix })).not.toContain('item 1')
  })

  test('are the facts alone when its hashes fail: the request is on its way', () => {
    const broken = Object.defineProperty({ ...read() }, 'prefix', {
      get: () => {
        throw new Error('broken')
      },
    })
    expect(atOnce(sentRequest(marked(broken), notSentAgain, log))).toMatchObject({
      request: { model: 'gpt-4o' },
      prefix: undefined,
    })
    expect(warnings).toEqual(['the hashes of a request could not be computed'])
  })
})
