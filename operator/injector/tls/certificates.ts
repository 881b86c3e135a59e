/** The certificate of the webhook, from where the settings say. */

import type { TlsConfig } from '../config.ts'
import type { CertificateSource } from './certificate-source.ts'
import { createFiles, type FilesOptions } from './files.ts'
import { createOwnCa, type OwnCaOptions } from './own-ca.ts'

export interface CertificatesOptions
  extends Omit<OwnCaOptions, 'times' | 'names'>,
    Omit<FilesOptions, 'times' | 'names' | 'folder'> {
  /** Beside those of the Service. */
  readonly names: readonly string[]
  readonly tls: TlsConfig
}

/** The names by which the API server may call the Service. */
export function serviceNames(namespace: string, service = 'm2m-injector'): string[] {
  const name = `${service}.${namespace}`
  return [`${name}.svc`, `${name}.svc.cluster.local`, name]
}

export function createCertificates({ tls, ...options }: CertificatesOptions): CertificateSource {
  const names = [...serviceNames(options.namespace), ...options.names]
  return tls.mode === 'Own'
    ? createOwnCa({ ...options, names })
    : createFiles({ ...options, names, folder: tls.folder })
}
