import { readdirSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { conversationOf } from '../../../sidecar/pins/index.ts'
import { PinStore } from '../../../sidecar/pins/pin-store.ts'
import { compressRequest, digestsOf } from '../../../src/core/compress/index.ts'
import type { SentForm } from '../../../src/core/pins/index.ts'
import { enforce, readChat } from '../../core/compress/requests.ts'
import { keyOf } from '../../core/pins/keys.ts'
import { exactCounter, vocabularies } from '../../support/counters.ts'
import { spacedOrders } from '../../support/tool-results.ts'
import { contentOf, fileName, fileOf, put, readLog, stateFolder } from './state-folder.ts'

function storeOf(folder: string | undefined): PinStore {
  const store = new PinStore(folder, readLog().log)
  onTestFinished(() => store.close())
  return store
}

/** A process that does something, and ends. */
async function process(folder: string, work: (store: PinStore) => void): Promise<void> {
  const store = storeOf(folder)
  work(store)
  store.close()
  await moment()
}

/** The clock of a file system is some milliseconds behind. */
function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30))
}

const sent = (nth: number, pin: SentForm['pin'] = [7]): SentForm => ({ key: keyOf(nth), pin })

function pinsOf(store: PinStore, ...nths: readonly number[]): unknown[] {
  return nths.map((nth) => store.pins.get(keyOf(nth)))
}

describe('PC-1: the forms of a conversation', () => {
  test('outlive a restart', async () => {
    const folder = stateFolder()
    await process(folder, (store) => store.remember([sent(1), sent(2, 'as-came'), sent(3, [4, 7, 200])]))
    expect(pinsOf(storeOf(folder), 1, 2, 3, 4)).toEqual([[7], 'as-came', [4, 7, 200], undefined])
  })

  test('are those that were accepted last, over any number of restarts', async () => {
    const folder = stateFolder()
    await process(folder, (store) => store.remember([sent(1), sent(2)]))
    await process(folder, (store) => store.remember([sent(1, 'as-came')]))
    await process(folder, (store) => store.remember([sent(3)]))
    expect(pinsOf(storeOf(folder), 1, 2, 3)).toEqual(['as-came', [7], [7]])
  })

  test('are known to another live process as soon as it asks', () => {
    const folder = stateFolder()
    const [one, other] = [storeOf(folder), storeOf(folder)]
    one.remember([sent(1)])
    expect(pinsOf(other, 1)).toEqual([undefined])
    expect(other.refresh()).toBe(true)
    expect(other.refresh()).toBe(false)
    other.remember([sent(2, 'as-came')])
    one.refresh()
    expect([pinsOf(one, 1, 2), pinsOf(other, 1, 2)]).toEqual([
      [[7], 'as-came'],
      [[7], 'as-came'],
    ])
  })

  test('end with the process where there is no folder', () => {
    const store = storeOf(undefined)
    store.remember([sent(1)])
    expect(store.refresh()).toBe(false)
    expect(pinsOf(storeOf(undefined), 1)).toEqual([undefined])
  })
})

describe('PC-7: unpinned results', () => {
  test('stay so over restarts; what is sent later keeps its form', async () => {
    const folder = stateFolder()
    await process(folder, (store) => {
      store.remember([sent(1)])
      expect(store.unpin()).toEqual({ results: 1 })
      store.remember([sent(2)])
    })
    await process(folder, (store) => expect(pinsOf(store, 1, 2)).toEqual(['unpinned', [7]]))
    expect(pinsOf(storeOf(folder), 1, 2)).toEqual(['unpinned', [7]])
  })

  test('stay so where an earlier process had sent them', async () => {
    const folder = stateFolder()
    await process(folder, (store) => store.remember([sent(1)]))
    await process(folder, (store) => {
      store.unpin()
      store.remember([sent(2)])
    })
    expect(pinsOf(storeOf(folder), 1, 2)).toEqual(['unpinned', [7]])
  })

  test('stay so where an earlier process was still serving when this one began', async () => {
    const folder = stateFolder()
    const [old, next] = [storeOf(folder), storeOf(folder)]
    next.remember([sent(1)])
    old.remember([sent(2)])
    old.close()
    await moment()
    next.unpin()
    next.close()
    expect(pinsOf(storeOf(folder), 1, 2)).toEqual(['unpinned', 'unpinned'])
  })

  test('are those of the process that was told; another live one keeps what it sent', async () => {
    const folder = stateFolder()
    const [told, other] = [storeOf(folder), storeOf(folder)]
    told.remember([sent(1)])
    other.remember([sent(2)])
    other.refresh()
    told.unpin()
    await moment()
    other.remember([sent(3)])
    other.refresh()
    expect(pinsOf(other, 1, 2, 3)).toEqual(['unpinned', [7], [7]])
    expect(pinsOf(storeOf(folder), 1, 2, 3)).toEqual(['unpinned', [7], [7]])
  })
})

describe('PC-7: the policy’s switch', () => {
  test('unpins once when it is turned on, and not again after a restart', async () => {
    const folder = stateFolder()
    await process(folder, (store) => store.remember([sent(1)]))
    await process(folder, (store) => {
      store.follow(true)
      store.remember([sent(2)])
    })
    for (let restart = 3; restart < 6; restart++) {
      await process(folder, (store) => {
        store.follow(true)
        expect(pinsOf(store, 1, 2)).toEqual(['unpinned', [7]])
        store.remember([sent(restart)])
      })
    }
    expect(pinsOf(storeOf(folder), 1, 2, 3, 4, 5)).toEqual(['unpinned', [7], [7], [7], [7]])
  })

  test('unpins again when it was turned off and on, over restarts too', async () => {
    const folder = stateFolder()
    await process(folder, (store) => {
      store.follow(true)
      store.remember([sent(1)])
    })
    await process(folder, (store) => store.follow(false))
    await process(folder, (store) => {
      expect(pinsOf(store, 1)).toEqual([[7]])
      store.follow(true)
      expect(pinsOf(store, 1)).toEqual(['unpinned'])
    })
    expect(pinsOf(storeOf(folder), 1)).toEqual(['unpinned'])
  })

  test('does nothing while it stays as it is', () => {
    const store = storeOf(stateFolder())
    store.follow(false)
    store.follow(true)
    store.remember([sent(1)])
    store.follow(true)
    expect(pinsOf(store, 1)).toEqual([[7]])
  })
})

describe('hostile input', () => {
  const request = (results: readonly object[]): ReturnType<typeof readChat> => {
    return readChat(`{"model":"gpt-4o","messages":${JSON.stringify([{ role: 'user', content: 'go' }, ...results])}}`)
  }
  const look = (store: PinStore, read: ReturnType<typeof readChat>): ReturnType<typeof conversationOf> => {
    const { blocks } = read.facts
    const digests = digestsOf(read.body, blocks)
    const whose = { account: 'account', session: '', isRewriting: true }
    return conversationOf({ pinStore: store, vocabularies }, { read, blocks, digests, ...whose })
  }

  test('of 10,000 forged call ids is remembered in 12 bytes each, and costs the others nothing', () => {
    const folder = stateFolder()
    const store = storeOf(folder)
    store.remember([sent(1)])
    const forged = Array.from({ length: 10_000 }, (_, nth) => ({
      role: 'tool',
      tool_call_id: `forged-${nth}`,
      content: 'x',
    }))
    store.remember(look(store, request(forged)).sent())
    expect(contentOf(folder).length).toBeLessThanOrEqual(12 * 10_002)
    expect(pinsOf(store, 1)).toEqual([[7]])
    expect(store.pins.size).toBe(10_001)
    expect([...look(store, request(forged)).sent()]).toEqual([])
  })

  test('in a file gives a result no form that does not fit it', () => {
    const folder = stateFolder()
    const text = spacedOrders(1)
    const results = [
      { role: 'tool', tool_call_id: 'call-1', content: text },
      { role: 'assistant', content: 'ok' },
    ]
    const read = request(results)
    const [{ key } = { key: keyOf(0) }] = look(storeOf(undefined), read).sent()
    put(folder, fileOf([{ key, pin: [99, 200, 25, 1] }]), fileName(1_000))
    const conversation = look(storeOf(folder), read)
    const { body } = compressRequest(read, enforce, exactCounter, { forms: conversation })
    expect(Buffer.from(body).toString()).toContain(JSON.stringify(text))
  })

  test('and all other leaves no text, no call id and no name on the volume', () => {
    const folder = stateFolder()
    const store = storeOf(folder)
    const secrets = ['toolu_SECRET-ID', 'SECRET CONTENT', 'SECRET ACCOUNT', 'SECRET SESSION']
    const read = request([{ role: 'tool', tool_call_id: secrets[0], content: `${secrets[1]} `.repeat(50) }])
    const whose = { account: secrets[2] as string, session: secrets[3] as string, isRewriting: true }
    const deps = { pinStore: store, vocabularies }
    store.remember(
      conversationOf(deps, {
        read,
        blocks: read.facts.blocks,
        digests: digestsOf(read.body, read.facts.blocks),
        ...whose,
      }).sent(),
    )
    const written = `${contentOf(folder).toString('latin1')}${readdirSync(folder).join()}`
    expect(written).toContain('M2MPINS')
    for (const secret of secrets) expect(written).not.toContain(secret.slice(0, 6))
  })
})

describe('two processes with one session', () => {
  test('send the same bytes for what either of them has sent', () => {
    const folder = stateFolder()
    const [one, other] = [storeOf(folder), storeOf(folder)]
    const turn = (nth: number): object[] => [
      {
        role: 'assistant',
        content: null,
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }],
        tool_calls: [{ id: `call-${nth}`, type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: `call-${nth}`, content: spacedOrders(nth) },
    ]
    const send = (store: PinStore, turns: number, isRewriting: boolean): string => {
      const messages = [{ role: 'user', content: 'go' }, ...Array.from({ length: turns }, (_, nth) => turn(nth)).flat()]
      const read = readChat(`{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`)
      const source = {
        read,
        blocks: read.facts.blocks,
        digests: digestsOf(read.body, read.facts.blocks),
        account: 'account',
        session: '',
        isRewriting,
      }
      const forms = conversationOf({ pinStore: store, vocabularies }, source)
      const settings = isRewriting ? enforce : ({ ...enforce, mode: 'Disabled' } as const)
      const { body } = compressRequest(read, settings, exactCounter, { forms })
      store.remember(forms.sent())
      return Buffer.from(body).toString().slice(0, -']}'.length)
    }
    let before = ''
    for (let turns = 1; turns <= 6; turns++) {
      const store = turns % 2 === 0 ? one : other
      const body = send(store, turns, turns % 3 !== 0)
      expect(body.startsWith(before)).toBe(true)
      before = body
    }
    const isAsCame = (nth: number): boolean => before.includes(JSON.stringify(spacedOrders(nth)))
    expect([0, 1, 2, 3, 4, 5].map(isAsCame)).toEqual([false, false, true, false, false, true])
  })
})
