/**
 * Whom a provider's TLS trusts, and the certificate that it is shown. Files are read again when they change, because
 * cert-manager and its like replace them while the sidecar runs; connections that are open keep what they began with.
 */

import type { SecureContext, SecureContextOptions } from 'node:tls'
import buildConnector from 'undici/lib/core/connect.js'
import { M2MError } from '../../../src/core/errors.ts'
import type { ProviderTls } from '../../../src/core/policy/index.ts'
import type { NetworkEnvironment } from './environment.ts'
import type { NetworkLog } from './network-log.ts'
import {
  certificateFolders,
  fileStamp,
  readCertificateFolder,
  readCertificates,
  readCertificateText,
  readPrivateKey,
} from './pem.ts'

type Handshake = ReturnType<typeof buildConnector>

export interface TrustOptions {
  readonly tls: ProviderTls
  readonly environment: Pick<NetworkEnvironment, 'caFile' | 'caDir'>
  /** Begins the messages: whose TLS it is. */
  readonly subject: string
  readonly log: NetworkLog
}

/** For parties without TLS settings of their own. */
export function createTrust(environment: TrustOptions['environment'], log: NetworkLog): Trust {
  const tls = { verify: true, caFile: undefined, certFile: undefined, keyFile: undefined }
  return new Trust({ tls, environment, subject: 'the environment', log })
}

export class Trust {
  readonly #options: TrustOptions
  readonly #files: readonly string[]
  #stamp = ''
  /** Its cache of TLS sessions goes with it: a resumed session is not verified again. */
  #handshake: Handshake | undefined

  constructor(options: TrustOptions) {
    const { tls, environment } = options
    this.#options = options
    const folders = certificateFolders(environment.caDir ?? '')
    this.#files = [tls.caFile, tls.certFile, tls.keyFile, environment.caFile, ...folders].filter(
      (path) => path !== undefined,
    )
  }

  /**
   * The handshake with the files as they are now. When new ones cannot be used, the last good ones stay.
   * @throws M2MError UPSTREAM_TLS_FAILED when there are no good ones, naming field and file
   */
  async handshake(): Promise<Handshake> {
    const stamp = (await Promise.all(this.#files.map(fileStamp))).join(' ')
    if (this.#handshake !== undefined && stamp === this.#stamp) return this.#handshake
    try {
      this.#handshake = createHandshake(this.#options.tls.verify, await this.#load())
    } catch (error) {
      if (this.#handshake === undefined) throw error
      this.#options.log.warn({ err: error }, 'changed TLS files cannot be used; the last good ones stay in force')
    }
    this.#stamp = stamp
    return this.#handshake
  }

  async #load(): Promise<SecureContext | undefined> {
    if (this.#files.length === 0) return undefined
    // Late, as undici does: 3 MB that a sidecar in front of plain HTTP, or without a call so far, does not hold.
    const { createSecureContext, getCACertificates } = await import('node:tls')
    const { caFile, certFile, keyFile } = this.#options.tls
    const own = caFile === undefined ? [] : await this.#read('caFile', caFile, readCertificates)
    const added = [...own, ...(await this.#environmentCertificates())]
    const cert = certFile && (await this.#read('certFile', certFile, readCertificateText))
    const key = keyFile && (await this.#read('keyFile', keyFile, readPrivateKey))
    return this.#createContext(createSecureContext, {
      ...(added.length > 0 && { ca: [...new Set([...getCACertificates('default'), ...added])] }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    })
  }

  async #read<T>(field: keyof ProviderTls, path: string, read: (path: string) => Promise<T>): Promise<T> {
    try {
      return await read(path)
    } catch (cause) {
      throw this.#fault(`${field} (${path}) cannot be read: ${reasonOf(cause)}`, cause)
    }
  }

  #createContext(
    create: (options: SecureContextOptions) => SecureContext,
    options: SecureContextOptions,
  ): SecureContext {
    try {
      return create(options)
    } catch (cause) {
      throw this.#fault(`certFile and keyFile cannot be used together: ${reasonOf(cause)}`, cause)
    }
  }

  /** Variables are there for other programs too: one that is wrong is reported, and the other authorities hold. */
  async #environmentCertificates(): Promise<string[]> {
    const { caFile, caDir } = this.#options.environment
    const read = async (name: string, path: string, from: typeof readCertificates): Promise<string[]> => {
      try {
        return await from(path)
      } catch (error) {
        this.#options.log.warn({ err: error, variable: name }, 'authorities of the environment cannot be read')
        return []
      }
    }
    const found = caFile === undefined ? [] : await read('SSL_CERT_FILE', caFile, readCertificates)
    // Systems list folders that only others of their kind have.
    for (const folder of certificateFolders(caDir ?? '')) {
      found.push(...(await read('SSL_CERT_DIR', folder, readCertificateFolder)))
    }
    return found
  }

  #fault(reason: string, cause: unknown): M2MError {
    return new M2MError(`${this.#options.subject}: providers[].tls: ${reason}`, { code: 'UPSTREAM_TLS_FAILED', cause })
  }
}

/** Undici's for the name, the protocol and the sessions; the time limit is the caller's. */
function createHandshake(verify: boolean, secureContext: SecureContext | undefined): Handshake {
  return buildConnector({
    allowH2: false,
    timeout: 0,
    rejectUnauthorized: verify,
    ...(secureContext !== undefined && { secureContext }),
  })
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EACCES' ? 'permission denied' : message
}
