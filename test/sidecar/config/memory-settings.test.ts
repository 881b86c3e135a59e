import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../sidecar/config.ts'

function load(flags: Record<string, string>, env: Record<string, string> = {}, file = ''): number {
  const config = { ...flags, config: 'c.yaml' }
  return loadConfig({ flags: config, env, readFile: () => file || '{}' }).memory.mb
}

describe('the limit of what is remembered', () => {
  test('comes from a flag, the environment, a settings file', () => {
    expect(load({ 'memory-mb': '16' }, { M2M_MEMORY_MB: '32' }, 'memory:\n  mb: 64\n')).toBe(16)
    expect(load({}, { M2M_MEMORY_MB: '32' }, 'memory:\n  mb: 64\n')).toBe(32)
    expect(load({}, {}, 'memory:\n  mb: 64\n')).toBe(64)
    expect([load({}, { M2M_MEMORY_MB: '4' }), load({}, { M2M_MEMORY_MB: '65536' })]).toEqual([4, 65_536])
  })

  test.each(['3', '0', '-5', '65537', '1e3', '64.5', '64Mi', 'much', '99999999999'])('is never %s', (value) => {
    const message = /M2M_MEMORY_MB: must be a whole number from 4 to 65536, without a unit/
    expect(() => load({}, { M2M_MEMORY_MB: value })).toThrow(message)
  })
})
