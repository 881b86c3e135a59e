/** Opens a port, or says which setting names another one. */

import type { AddressInfo, Server } from 'node:net'
import { M2MError } from '../src/core/errors.ts'

export interface Address {
  /** Undefined: every address, IPv6 too. */
  readonly host: string | undefined
  /** 0 takes a free one. */
  readonly port: number
  /** The variable of the port. */
  readonly variable: string
}

/** @returns the port @throws M2MError PORT_IN_USE */
export async function listen(server: Server, { host, port, variable }: Address): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `cannot listen on ${host ?? '*'}:${port} (${cause.code}): set ${variable} to a free port`
      reject(new M2MError(message, { code: 'PORT_IN_USE', cause }))
    })
    server.listen({ port, host }, resolve)
  })
  return (server.address() as AddressInfo).port
}
