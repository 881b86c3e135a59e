/** The last good bundle, with the Overrides of now. */

import { describe, expect, test } from 'vitest'
import {
  acceptPolicy,
  type Bundle,
  type ClusterPolicy,
  isRefused,
  policiesOf,
  withOverrides,
  writeBundle,
} from '../../../src/core/policy/documents.ts'

type Files = Bundle['files']

const shop = { name: 'shop', labels: {} }

function policy(namespace: string, name: string, spec: object = {}): ClusterPolicy {
  const found = acceptPolicy({ metadata: { namespace, name, creationTimestamp: '' }, spec }, 'm2m')
  if (isRefused(found)) throw new Error(found.message)
  return found
}

function wide(name: string, spec: object = {}): ClusterPolicy {
  return policy('m2m', name, { namespaceSelector: { matchLabels: { a: 'b' } }, ...spec })
}

function filesOf(...policies: ClusterPolicy[]): Files {
  return writeBundle(policiesOf({ ...shop, labels: { a: 'b' } }, policies)).files
}

const own = policy('shop', 'own', { compression: { mode: 'Enforce' }, selector: { matchLabels: { app: 'api' } } })
const fleet = wide('fleet', { compression: { mode: 'Audit' } })
const off = wide('off', { scope: 'Override', compression: { mode: 'Disabled' } })

describe('Overrides in a bundle that stays as it was', () => {
  test.each<[string, Files, ClusterPolicy[], Files]>([
    ['come first', filesOf(own, fleet), [off, fleet], filesOf(own, fleet, off)],
    ['go when they are gone', filesOf(own, fleet, off), [fleet], filesOf(own, fleet)],
    [
      'are as they are now',
      filesOf(own, off),
      [wide('off', { scope: 'Override', failureMode: 'Closed' })],
      filesOf(own, wide('off', { scope: 'Override', failureMode: 'Closed' })),
    ],
    ['are alone where there was no bundle', {}, [off], filesOf(off)],
    ['leave it as it is without any', filesOf(own, fleet), [fleet], filesOf(own, fleet)],
    ['leave policies of the namespace that are gone by now', filesOf(own), [], filesOf(own)],
  ])('%s', (_, files, ordered, expected) => {
    expect(withOverrides({ namespace: 'shop', files }, ordered, 2)).toEqual(expected)
  })

  test('make no bundle where there are none', () => {
    expect(withOverrides({ namespace: 'shop', files: {} }, [fleet], 2)).toBeUndefined()
  })

  test('are all that version 1 holds, with what they take from policies of now', () => {
    const all = policy('shop', 'all', { providers: [{ name: 'groq' }] })
    const { files } = writeBundle([all], 1)
    expect(withOverrides({ namespace: 'shop', files }, [off, all], 1)).toEqual(writeBundle([off, all], 1).files)
    expect(withOverrides({ namespace: 'shop', files }, [all], 1)).toBeUndefined()
    expect(withOverrides({ namespace: 'shop', files }, [off, all], 2)).toEqual(filesOf(off, all))
  })

  test('are not kept out by an index that a hand has written', () => {
    const index = JSON.stringify({ version: 2, policies: [{ key: 'shop. no such file', hash: '' }] })
    for (const written of ['{', index]) {
      expect(withOverrides({ namespace: 'shop', files: { 'index.json': written } }, [off], 2)).toEqual(filesOf(off))
    }
    expect(withOverrides({ namespace: 'shop', files: { 'index.json': '{' } }, [], 2)).toBeUndefined()
  })
})
