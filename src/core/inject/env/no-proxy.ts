/** Clients behind an egress proxy must reach the sidecar without it: loopback belongs into their `NO_PROXY`. */

import type { AddOperation, RawContainer, RawVariable } from '../injection.ts'
import { listed, type Notebook } from '../notes.ts'
import { add, listOf, type Path } from '../patch.ts'

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']
const LOOPBACK = ['127.0.0.1', 'localhost']

/** What a container gets that had no list. */
export const LOOPBACK_ALONE = LOOPBACK.join(',')

export interface Exempted {
  readonly added: readonly RawVariable[]
  readonly replaced: readonly AddOperation[]
}

/** @param path of the container's `env` */
export function exemptLoopback(container: RawContainer, path: Path, notebook: Notebook): Exempted {
  const variables = listOf(container.env)
  const isProxied = variables.some((variable) => PROXIES.includes(String(variable?.name).toUpperCase()))
  if (!isProxied) return { added: [], replaced: [] }
  const lists = [...variables.entries()].filter(([, variable]) => String(variable?.name).toUpperCase() === 'NO_PROXY')
  // Clients read one or the other. Where one is set, the other would hide it from some of them.
  if (lists.length === 0) {
    return { added: ['NO_PROXY', 'no_proxy'].map((name) => ({ name, value: LOOPBACK_ALONE })), replaced: [] }
  }
  const replaced = lists.flatMap(([index, variable]) => {
    if (variable.valueFrom !== undefined && variable.valueFrom !== null) {
      noteUnseen(container, variable, notebook)
      return []
    }
    const value = variable.value ?? ''
    const missing = missingFrom(value)
    if (missing.length === 0) return []
    return [add([...path, index, 'value'], [value, ...missing].filter((part) => part !== '').join(','))]
  })
  return { added: [], replaced }
}

/** As all clients read it: ranges of addresses are known to few of them, and an entry for one port alone does not count. */
function missingFrom(list: string): readonly string[] {
  const entries = new Set(list.toLowerCase().split(/[\s,]+/))
  return entries.has('*') ? [] : LOOPBACK.filter((host) => !entries.has(host))
}

function noteUnseen({ name }: RawContainer, variable: RawVariable, notebook: Notebook): void {
  const message = `${variable.name} of container ${listed([name])} comes from elsewhere: see that it has ${LOOPBACK_ALONE}`
  notebook.note('NoProxyUnseen', message)
}
