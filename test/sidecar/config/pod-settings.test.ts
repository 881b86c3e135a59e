import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../sidecar/config.ts'

describe('which pod this is', () => {
  test('comes from the environment', () => {
    const env = {
      M2M_POD_LABELS_PATH: '/etc/podinfo/labels',
      M2M_POD_NAMESPACE: 'shop',
      M2M_POD_NAME: 'api-0',
      M2M_NODE_NAME: 'n1.example',
      M2M_WORKLOAD_NAME: 'api',
      M2M_WORKLOAD_KIND: 'StatefulSet',
    }
    expect(loadConfig({ flags: {}, env }).pod).toEqual({
      labelsPath: '/etc/podinfo/labels',
      isCompressionOff: false,
      namespace: 'shop',
      name: 'api-0',
      node: 'n1.example',
      workload: 'api',
      workloadKind: 'StatefulSet',
    })
  })

  test.each([
    ['M2M_POD_NAMESPACE', 'Shop', /M2M_POD_NAMESPACE: must be the name of an object/],
    ['M2M_POD_NAME', 'a"b', /M2M_POD_NAME: must be the name of an object/],
    ['M2M_WORKLOAD_KIND', 'Stateful Set', /M2M_WORKLOAD_KIND: must be a kind such as Deployment/],
  ])('is refused where it can be no name: %s=%s', (name, value, message) => {
    expect(() => loadConfig({ flags: {}, env: { [name]: value } })).toThrow(message)
  })
})
