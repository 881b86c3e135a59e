/**
 * What the API server adds by itself with `injector.mode: policy`, as CEL in a template of the chart. It is asked of the
 * injector's own code, so that both modes make the same container.
 */

import { addressesOf } from '../../src/core/inject/env/index.ts'
import { type AddOperation, injectPod, type RawContainer, type RawPod } from '../../src/core/inject/index.ts'
import { namesByRole } from '../../src/core/inject/meshes/index.ts'

const APPLICATION = 'first-application'

/** Values that stand for what only the chart or the pod knows. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  'image-of-the-chart': '{{ include "m2m.image" (dict "context" . "image" .Values.sidecar.image) | toJson }}',
  IfNotPresent: '{{ .Values.sidecar.image.pullPolicy | toJson }}',
  'm2m-policy': 'variables.policyVolume',
  'm2m-podinfo': 'variables.podinfoVolume',
  [APPLICATION]: 'variables.first',
}
const ADMIN_PORT = 4142

/** @throws Error when the injector does no longer make what the template relies on */
export function sidecarTemplate(): string {
  const plain = injected({})
  const captured = injected({ 'sidecar.istio.io/inject': 'true' })
  const { env, ...container } = containerIn(plain)
  const { env: _, ...behindMesh } = containerIn(captured)
  const parts = {
    container: `${celMap({ ...container, env: 'variables.sidecarEnv', resources: 'variables.resources' })}`,
    'container.captured': celMap({ ...behindMesh, env: 'variables.sidecarEnv', resources: 'variables.resources' }),
    env: cel(env),
    volumes: cel(valueAt(plain, '/spec/volumes')),
    addresses: cel(addressesOf(undefined).map(({ variable, path }) => ({ name: variable, path }))),
    annotations: cel(annotationsIn(plain)),
    'mesh-network': cel(namesByRole().network),
    'mesh-helpers': cel(namesByRole().helpers),
  }
  return Object.entries(parts)
    .map(([name, text]) => `{{- define "m2m.cel.${name}" -}}\n${text}\n{{- end }}\n`)
    .join('\n')
}

function injected(labels: Readonly<Record<string, string>>): readonly AddOperation[] {
  const pod: RawPod = {
    metadata: { labels, annotations: { 'm2m.io/inject': 'true' } },
    spec: { containers: [{ name: APPLICATION, image: 'app' }] },
  }
  const injection = injectPod(pod, {
    namespace: { name: 'any', labels: {} },
    policy: undefined,
    settings: {
      image: 'image-of-the-chart',
      imagePullPolicy: 'IfNotPresent',
      mode: 'Native',
      resources: { requests: {}, limits: {} },
      env: {},
    },
  })
  if (injection.result !== 'injected') throw new Error(`no sidecar: ${injection.message}`)
  return injection.patch
}

function containerIn(patch: readonly AddOperation[]): RawContainer {
  return (valueAt(patch, '/spec/initContainers') as RawContainer[])[0] as RawContainer
}

/** With their names escaped, as a path has them. */
function annotationsIn(patch: readonly AddOperation[]): readonly object[] {
  const root = '/metadata/annotations/'
  return patch.flatMap(({ path, value }) => (path.startsWith(root) ? [{ path: path.slice(root.length), value }] : []))
}

function valueAt(patch: readonly AddOperation[], path: string): unknown {
  const operation = patch.find((each) => each.path === path)
  if (operation === undefined) throw new Error(`nothing is added at ${path}`)
  return operation.value
}

/** Members that are expressions already are given as they are. */
function celMap(members: Readonly<Record<string, unknown>>): string {
  const isExpression = (value: unknown): boolean => typeof value === 'string' && value.startsWith('variables.')
  const texts = Object.entries(members).map(
    ([name, value]) => `${JSON.stringify(name)}: dyn(${isExpression(value) ? value : cel(value)})`,
  )
  return `{${texts.join(', ')}}`
}

/** A literal. CEL takes the texts of JSON; members of one map may differ in type only as `dyn`. */
function cel(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(cel).join(', ')}]`
  if (typeof value === 'object' && value !== null) return celMap(value as Readonly<Record<string, unknown>>)
  if (value === ADMIN_PORT) return 'variables.admin'
  if (typeof value !== 'string') return JSON.stringify(value)
  const expression = EXPRESSIONS[value]
  if (expression !== undefined) return expression
  return value
    .split(String(ADMIN_PORT))
    .map((part) => JSON.stringify(part))
    .join(' + string(variables.admin) + ')
}
