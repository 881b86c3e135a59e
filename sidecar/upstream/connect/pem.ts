/** Certificates in PEM files, as they are on disk now. */

import { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** A folder of authorities holds some hundred. */
const MAX_FILES = 2_000

/** Changes when the file is replaced, in place or, as Kubernetes does it, by a link to another folder. */
export async function fileStamp(path: string): Promise<string> {
  try {
    const { dev, ino, mtimeMs, size } = await stat(path)
    return `${dev}:${ino}:${mtimeMs}:${size}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}

/** @throws an error of `node:fs` or of the certificate; an Error when the file holds none */
export async function readCertificates(path: string): Promise<string[]> {
  const blocks = certificatesIn(await readFile(path, 'utf8'))
  if (blocks.length === 0) throw new Error('it holds no certificate in PEM')
  // OpenSSL would leave a damaged one out in silence.
  for (const block of blocks) new X509Certificate(block)
  return blocks
}

/** Of folders as `SSL_CERT_DIR` lists them; what is no certificate is left out. @throws an error of `node:fs` */
export async function readCertificateFolders(list: string): Promise<string[]> {
  const found = new Set<string>()
  for (const folder of list.split(delimiter).filter(Boolean)) {
    const names = (await readdir(folder)).slice(0, MAX_FILES)
    for (const name of names) {
      const blocks = await readCertificates(join(folder, name)).catch(() => [])
      for (const block of blocks) found.add(block)
    }
  }
  return [...found]
}

function certificatesIn(text: string): string[] {
  return text
    .split(BEGIN)
    .slice(1)
    .flatMap((rest) => {
      const end = rest.indexOf(END)
      return end === -1 ? [] : [`${BEGIN}${rest.slice(0, end).replaceAll('\r', '')}${END}\n`]
    })
}
