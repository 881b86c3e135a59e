/** A port as a whole: bound to an address, and closed with all its connections. */

import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'

export interface Port {
  /**
   * `localhost` is bound to each of its addresses, as far as they are free; `::` to all addresses of the machine.
   * @returns the URL that answers
   * @throws the system's error, with its code
   */
  open(at: { readonly host: string; readonly port: number }): Promise<string>
  /** Cuts off all connections. */
  close(): Promise<void>
}

/** @param create makes a server that serves what the others serve */
export function createPort(create: () => Server): Port {
  const servers: Server[] = []
  const bind = async (host: string, port: number): Promise<AddressInfo> => {
    const server = create()
    servers.push(server)
    server.listen({ host, port })
    await once(server, 'listening')
    return server.address() as AddressInfo
  }
  return {
    async open({ host, port }) {
      const bound = await bind(host, port).catch(orWithoutIpv6(host, () => bind('0.0.0.0', port)))
      const others = host === 'localhost' ? await othersOf(host, bound) : []
      // One that is taken, or that this machine does not have, is no reason not to serve.
      await Promise.allSettled(others.map((address) => bind(address, bound.port)))
      return urlOf(bound)
    },
    async close() {
      await Promise.all(servers.map(closeServer))
    },
  }
}

/** `::` stands for all addresses, those of IPv4 too. A machine whose kernel has no IPv6 has these alone. */
function orWithoutIpv6<T>(host: string, bindIpv4: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException
    if (host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) return bindIpv4()
    throw error
  }
}

async function othersOf(host: string, { address }: AddressInfo): Promise<string[]> {
  const all = await lookup(host, { all: true }).catch(() => [])
  return all.map((one) => one.address).filter((one) => one !== address)
}

function urlOf({ address, port }: AddressInfo): string {
  if (address.includes(':')) return `http://[${address}]:${port}`
  return `http://${address === '0.0.0.0' ? firstOwnAddress() : address}:${port}`
}

/** Of those that `0.0.0.0` stands for: one of this machine's own, if there is one. */
function firstOwnAddress(): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses)
  const reachable = own.filter(({ family }) => family === 'IPv4')
  return (reachable.find(({ internal }) => internal) ?? reachable[0])?.address ?? '0.0.0.0'
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
