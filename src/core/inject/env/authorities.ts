/**
 * Authorities that the application trusts beside those of its image, for the sidecar: behind a proxy that looks into TLS it would
 * trust no provider. They come from a volume of the pod, which is mounted a second time.
 */

import type { RawContainer, RawPod, RawVariable } from '../injection.ts'
import { isObject, listOf } from '../patch.ts'
import type { Chosen } from './containers.ts'

export interface Authorities {
  readonly variables: readonly RawVariable[]
  readonly mounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: true }[]
}

/** In which clients look, the first one with a file of a volume counts. */
const VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']

const FOLDER = '/etc/m2m/ca'

const NONE: Authorities = { variables: [], mounts: [] }

/** Volumes whose files are there before the first container starts. */
const FILLED_EARLY = ['configMap', 'secret', 'projected']

/** Of the first chosen container that has some. @param own a sidecar that has its own already gets no others */
export function authoritiesOf(
  { spec = {} }: RawPod,
  chosen: readonly Chosen[],
  own: RawContainer | undefined,
): Authorities {
  const said = listOf(own?.env).find((variable) => variable?.name === 'SSL_CERT_FILE')?.value
  if (said !== undefined && !said.startsWith(`${FOLDER}/`)) return NONE
  const isFilled = (name: unknown): boolean =>
    listOf(spec.volumes).some((volume) => volume?.name === name && FILLED_EARLY.some((kind) => kind in volume))
  for (const { container } of chosen) {
    const found = VARIABLES.map((name) => mountedFile(container, name, isFilled)).find((each) => each !== undefined)
    if (found !== undefined) return found
  }
  return NONE
}

function mountedFile(
  container: RawContainer,
  name: string,
  isFilled: (volume: unknown) => boolean,
): Authorities | undefined {
  const path = listOf(container.env).findLast((variable) => variable.name === name)?.value
  if (path === undefined || !isPlain(path)) return undefined
  const mounts = listOf(container['volumeMounts'] as readonly unknown[] | undefined).filter(isObject)
  const holding = mounts.filter(({ mountPath }) => typeof mountPath === 'string' && isBelow(path, mountPath))
  // The innermost one hides the others.
  const mount = holding.toSorted((a, b) => String(b['mountPath']).length - String(a['mountPath']).length)[0]
  if (typeof mount?.['name'] !== 'string' || mount['subPathExpr'] !== undefined) return undefined
  // The kubelet makes a folder of a path that is not there yet: an init container could not write its file any more.
  if (mount['subPath'] !== undefined && !isFilled(mount['name'])) return undefined
  const rest = path.slice(withoutEndSlashes(String(mount['mountPath'])).length)
  const mountPath = rest === '' ? `${FOLDER}/authorities.pem` : FOLDER
  const { name: volume, subPath } = mount
  return {
    variables: [{ name: 'SSL_CERT_FILE', value: mountPath + rest }],
    mounts: [{ name: volume, mountPath, readOnly: true, ...(typeof subPath === 'string' && { subPath }) }],
  }
}

/** An absolute path in its shortest form, without references to other variables. */
function isPlain(path: string): boolean {
  return /^(?:\/[^/]+)+$/.test(path) && !/\/\.{1,2}(?:\/|$)|\$\(/.test(path)
}

function isBelow(path: string, mountPath: string): boolean {
  const folder = withoutEndSlashes(mountPath)
  return folder !== '' && (path === folder || path.startsWith(`${folder}/`))
}

/** By hand: nobody has looked at the path yet, and an expression would try each slash of a million as the first one. */
function withoutEndSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}
