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

/** The whole text of a file with certificates. @throws as `readCertificates` */
export async function readCertificateText(path: string): Promise<string> {
  await readCertificates(path)
  return readFile(path, 'utf8')
}

/** @throws an error of `node:fs`; an Error when the file holds no private key, or an encrypted one */
export async function readPrivateKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw new Error('it holds no private key in PEM')
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new Error('its key is encrypted, and no field holds a passphrase; store it decrypted')
  }
  return text
}

/** `SSL_CERT_DIR` as a list. */
export function certificateFolders(list: string): readonly string[] {
  return list.split(delimiter).filter(Boolean)
}

/** What is no certificate in the folder is left out. @throws an error of `node:fs` */
export async function readCertificateFolder(folder: string): Promise<string[]> {
  const found: string[] = []
  const names = (await readdir(folder)).slice(0, MAX_FILES)
  for (const name of names) found.push(...(await readCertificates(join(folder, name)).catch(() => [])))
  return found
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
