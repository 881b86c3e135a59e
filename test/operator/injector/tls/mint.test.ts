/** Certificates as they come out of the mint, held against what Node.js and OpenSSL's rules read from them. */

import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { mintAuthority, mintLeaf } from '../../../../operator/injector/tls/mint.ts'
import { serviceNames } from '../../../../operator/injector/tls/names.ts'
import { certificatesOf, isVouchedFor } from '../../../../operator/injector/tls/pem.ts'

const DAY_MS = 86_400_000

test('an authority signs certificates, and nothing below them', async () => {
  const { cert, key } = await mintAuthority({ lifeMs: 365 * DAY_MS })
  const authority = new X509Certificate(cert)
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  expect(authority.ca).toBe(true)
  expect(authority.verify(authority.publicKey)).toBe(true)
  expect(authority.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  // BasicConstraints, critical: CA true, path length 0.
  expect(authority.raw.toString('hex')).toContain('0603551d130101ff040830060101ff020100')
  // KeyUsage, critical: keyCertSign and cRLSign.
  expect(authority.raw.toString('hex')).toContain('0603551d0f0101ff040403020106')
  const lifeMs = Date.parse(authority.validTo) - Date.now()
  expect(lifeMs / DAY_MS).toBeCloseTo(365, 2)
  expect(Date.parse(authority.validFrom)).toBeLessThan(Date.now() - 4 * 60_000)
})

test('two authorities have different names, serial numbers and keys', async () => {
  const [a, b] = await Promise.all([mintAuthority({ lifeMs: DAY_MS }), mintAuthority({ lifeMs: DAY_MS })])
  const [one, two] = [new X509Certificate(a.cert), new X509Certificate(b.cert)]
  expect(one.subject).not.toBe(two.subject)
  expect(one.serialNumber).not.toBe(two.serialNumber)
  expect(one.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
  const leaf = await mintLeaf(a, ['a.b.svc'], { lifeMs: DAY_MS })
  expect(isVouchedFor(certificatesOf(leaf.cert), [one])).toBe(true)
  expect(isVouchedFor(certificatesOf(leaf.cert), [two])).toBe(false)
})

test('a leaf is for the names of the Service, and ends with its authority', async () => {
  const authority = await mintAuthority({ lifeMs: 2 * DAY_MS })
  const latestMs = Date.parse(new X509Certificate(authority.cert).validTo)
  const { cert } = await mintLeaf(authority, [...serviceNames('m2m'), '10.0.0.1', 'fd00::1'], {
    lifeMs: 7 * DAY_MS,
    latestMs,
  })
  const leaf = new X509Certificate(cert)
  expect(leaf.ca).toBe(false)
  for (const name of ['m2m-injector.m2m.svc', 'm2m-injector.m2m.svc.cluster.local', 'm2m-injector.m2m']) {
    expect(leaf.checkHost(name, { subject: 'never' })).toBe(name)
  }
  expect(leaf.checkHost('m2m-injector.other.svc')).toBeUndefined()
  expect(leaf.checkIP('10.0.0.1')).toBe('10.0.0.1')
  expect(leaf.checkIP('fd00::1')).toBe('fd00::1')
  expect(Date.parse(leaf.validTo)).toBe(latestMs)
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  // AuthorityKeyIdentifier is the authority's SubjectKeyIdentifier.
  const keyId = /0603551d0e04160414([0-9a-f]{40})/.exec(new X509Certificate(authority.cert).raw.toString('hex'))?.[1]
  expect(leaf.raw.toString('hex')).toContain(`0603551d23041830168014${keyId}`)
})

test('who believes the authority completes a handshake, by each name', async () => {
  const authority = await mintAuthority({ lifeMs: DAY_MS })
  const leaf = await mintLeaf(authority, ['localhost', '127.0.0.1'], { lifeMs: DAY_MS })
  const server = createServer(leaf).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const servername of ['localhost', undefined]) {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...(servername && { servername }) })
    await once(socket, 'secureConnect')
    expect(socket.authorized).toBe(true)
    socket.destroy()
  }
  server.close()
})
