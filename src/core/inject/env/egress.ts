/**
 * The egress proxy of the application, for the sidecar: it calls the providers from now on. Variables are copied as they are
 * written, so that a password stays in its Secret.
 */

import { parseProxyUrl } from '../../network/index.ts'
import type { RawVariable } from '../injection.ts'
import { listed, type Notebook } from '../notes.ts'
import { isObject, listOf } from '../patch.ts'
import type { Chosen } from './containers.ts'
import { LOOPBACK_ALONE } from './no-proxy.ts'

/** As the sidecar reads them. */
const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']
const EXEMPT = ['NO_PROXY', 'no_proxy']

/** What other containers can read as well; a field of a container or a file of a volume is not that. */
const SOURCES = ['secretKeyRef', 'configMapKeyRef', 'fieldRef']

/** `http://$(USER):$(PASSWORD)@proxy`: more are no proxy. */
const MAX_REFERENCES = 8

/** Of the first chosen container that has one. */
export function egressOf(chosen: readonly Chosen[], notebook: Notebook): readonly RawVariable[] {
  const proxied = chosen.find(({ container }) => listOf(container.env).some(isProxy))
  if (proxied === undefined) return []
  const variables = listOf(proxied.container.env).filter((variable) => isObject(variable))
  // Loopback never needs to be listed for a sidecar, and this list may be our own.
  const wanted = variables.filter(
    ({ name, value }) => PROXIES.includes(name) || (EXEMPT.includes(name) && value !== LOOPBACK_ALONE),
  )
  const copied = new Map<string, RawVariable>()
  for (const variable of lastOfEach(wanted)) {
    const closure = isUsable(variable) ? withReferences(variable, variables) : undefined
    if (closure === undefined) noteLeft(proxied, variable, notebook)
    else for (const each of closure) copied.set(each.name, each)
  }
  return [...copied.values()]
}

function isProxy(variable: RawVariable): boolean {
  return isObject(variable) && PROXIES.includes(variable.name) && variable.value !== ''
}

/** The last of one name counts. */
function lastOfEach(variables: readonly RawVariable[]): readonly RawVariable[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()]
}

/** A proxy that the sidecar cannot use (SOCKS) would keep it, and the pod, from starting. */
function isUsable({ name, value = '', valueFrom }: RawVariable): boolean {
  if (isObject(valueFrom)) return SOURCES.some((source) => valueFrom[source] !== undefined)
  const isKnown = !PROXIES.includes(name) || value === '' || value.includes('$(')
  return isKnown || parseProxyUrl(value) !== undefined
}

const REFERENCE = /\$\(([A-Za-z_][-A-Za-z0-9_.]*)\)/g

/** The variables that a value refers to, before it, as the kubelet expands them; undefined where one is not known. */
function withReferences(variable: RawVariable, all: readonly RawVariable[]): readonly RawVariable[] | undefined {
  const names = [...(variable.value ?? '').matchAll(REFERENCE)].map(([, name = '']) => name)
  if (names.length > MAX_REFERENCES) return undefined
  const found = names.map((name) => all.findLast((each) => each.name === name))
  const isPlain = (each: RawVariable | undefined): each is RawVariable =>
    each !== undefined && isUsable(each) && !each.value?.includes('$(') && !each.name.startsWith('M2M_')
  return found.every(isPlain) ? [...found, variable] : undefined
}

function noteLeft({ container }: Chosen, { name }: RawVariable, notebook: Notebook): void {
  const message = `the sidecar cannot use ${name} of container ${listed([container.name])}: set one in the chart's sidecar.env`
  notebook.note('ProxyNotCopied', message)
}
