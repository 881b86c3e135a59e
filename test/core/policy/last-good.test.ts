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
    expect(withOverrides({ namespace: 'shop', files }, ordered)).toEqual(expected)
  })

  test('make no bundle where there are none', () => {
    expect(withOverrides({ namespace: 'shop', files: {} }, [fleet])).toBeUndefined()
  })

  test('have no place in version 1', () => {
    const { files } = writeBundle([policy('shop', 'all')], 1)
    expect(withOverrides({ namespace: 'shop', files }, [off])).toBeUndefined()
  })

  test('are not kept out by an index that a hand has written', () => {
    const index = JSON.stringify({ version: 2, policies: [{ key: 'shop. no such file', hash: '' }] })
    for (const written of ['{', index]) {
      expect(withOverrides({ namespace: 'shop', files: { 'index.json': written } }, [off])).toEqual(filesOf(off))
    }
    expect(withOverrides({ namespace: 'shop', files: { 'index.json': '{' } }, [])).toBeUndefined()
  })
})
