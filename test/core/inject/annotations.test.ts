/** What a pod may tune by annotations, resources apart. */

import { expect, test } from 'vitest'
import { inject } from '../../support/inject/injecting.ts'

test('a pod may switch compression off, and nothing else on', () => {
  const off = inject({}, { metadata: { annotations: { 'm2m.io/compression': 'disabled' } } })
  expect(off.env('m2m-proxy')).toMatchObject({ M2M_POD_COMPRESSION: 'disabled', M2M_PROXY_MODE: 'Disabled' })
  const more = inject({}, { metadata: { annotations: { 'm2m.io/compression': 'Enforce' } } })
  expect(more.env('m2m-proxy')).not.toHaveProperty('M2M_POD_COMPRESSION')
  expect(more.notes).toEqual(['InvalidAnnotation'])
})

test('a mistyped annotation is told, and hundreds of others are not', () => {
  const { injection } = inject(
    {},
    { metadata: { annotations: { 'm2m.io/cpu-lmit': '1', 'example.com/cpu-lmit': '1' } } },
  )
  const message = '"m2m.io/cpu-lmit" is no annotation of M2M; did you mean m2m.io/cpu-limit?'
  expect(injection).toMatchObject({ result: 'injected', notes: [{ reason: 'InvalidAnnotation', message }] })
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`m2m.io/x${index}`, '']))
  expect(inject({}, { metadata: { annotations: many } }).notes.length).toBeLessThan(10)
})
