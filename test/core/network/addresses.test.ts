import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AddressRule,
  addressFault,
  isAddressRange,
  isLoopbackHost,
  isRefusedRange,
} from '../../../src/core/network/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

const ALWAYS_REFUSED = [
  ['169.254.1.1', 'link-local'],
  ['169.254.169.254', 'metadata'],
  ['169.254.170.2', 'link-local'],
  ['100.100.100.200', 'metadata'],
  ['168.63.129.16', 'metadata'],
  ['192.0.0.192', 'metadata'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['255.255.255.255', 'broadcast'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['fd00:ec2::254', 'metadata'],
  ['fd20:ce::254', 'metadata'],
  ['ff02::1', 'multicast'],
  ['::', 'unspecified'],
] as const

const PRIVATE = ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd12:3456::1', 'fc00::1']
const PUBLIC = ['93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808']
const NEITHER = ['127.0.0.1', '::1', '192.0.2.1', '198.18.0.1', '240.0.0.1', '2001:db8::1', 'fec0::1', '100::1']
const EVERYTHING: AddressRule = ['0.0.0.0/0', '::/0']

function faults(addresses: readonly string[], rule: AddressRule): string[] {
  return addresses.filter((address) => addressFault(address, rule) !== undefined)
}

describe('what a name may resolve to', () => {
  test.each(ALWAYS_REFUSED)('never %s (%s)', (address, kind) => {
    for (const rule of ['Public', 'Private', EVERYTHING, [address.replace('%eth0', '')]] as const) {
      expect(addressFault(address, rule)).toEqual({ kind, isFinal: true })
    }
  })

  test('Public: what the Internet routes', () => {
    expect(faults(PUBLIC, 'Public')).toEqual([])
    expect(faults([...PRIVATE, ...NEITHER], 'Public')).toEqual([...PRIVATE, ...NEITHER])
  })

  test('Private: private ranges as well, loopback and reserved ones not', () => {
    expect(faults([...PUBLIC, ...PRIVATE], 'Private')).toEqual([])
    expect(faults(NEITHER, 'Private')).toEqual(NEITHER)
  })

  test('a list: what is in it, and nothing else', () => {
    const rule = ['10.1.0.0/16', '127.0.0.1', 'fd00::/8']
    expect(faults(['10.1.2.3', '127.0.0.1', 'fd00::5', '::ffff:10.1.2.3'], rule)).toEqual([])
    expect(faults(['10.2.0.1', '127.0.0.2', '93.184.216.34', '::1'], rule)).toHaveLength(4)
  })

  test('an upstream of the command line: everything', () => {
    expect(faults([...PUBLIC, ...PRIVATE, ...NEITHER, '169.254.1.1'], 'Given')).toEqual([])
  })

  test('an IPv4 address in an IPv6 one is judged as itself', () => {
    const forms = (v4: readonly number[]): string[] => {
      const [a = 0, b = 0, c = 0, d = 0] = v4
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      return [`::ffff:${v4.join('.')}`, `::ffff:0:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::1`]
    }
    assertProperty(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), (v4) => {
        for (const rule of ['Public', 'Private', ['10.0.0.0/8']] as const) {
          const expected = addressFault(v4.join('.'), rule)
          for (const form of forms(v4)) expect([form, addressFault(form, rule)]).toEqual([form, expected])
        }
      }),
    )
  })

  test.each(['', 'localhost', '0x7f.1', '2130706433', '0177.0.0.1', '127.1', '1.2.3.4/8'])('no address: %j', (text) => {
    expect(addressFault(text, EVERYTHING)).toEqual({ kind: 'no address', isFinal: true })
  })
})

describe('ranges', () => {
  test.each(['10.0.0.0/8', '10.0.0.1', 'fd00::/8', '::1', '0.0.0.0/0'])('%s is one', (text) => {
    expect(isAddressRange(text)).toBe(true)
  })

  test.each(['10/8', '10.0.0.0/33', '0x7f.1/8', '::/129', 'localhost', 'Public', '', '10.0.0.1:80'])(
    '%j is none',
    (text) => {
      expect(isAddressRange(text)).toBe(false)
    },
  )

  test('one that permits nothing is told from a wider one', () => {
    expect(['169.254.0.0/16', '169.254.169.254', 'fe80::/10', 'fd00:ec2::254'].filter(isRefusedRange)).toHaveLength(4)
    expect(['0.0.0.0/0', '::/0', '10.0.0.0/8', '127.0.0.0/8', 'x'].filter(isRefusedRange)).toEqual([])
  })
})

test('knows the hosts that are this machine', () => {
  const loopback = [
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '127.0.0.1',
    '127.8.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
  ]
  expect(loopback.filter(isLoopbackHost)).toEqual(loopback)
  expect(['localhost.example', '10.0.0.1', 'example', '[fd00::1]'].filter(isLoopbackHost)).toEqual([])
})
