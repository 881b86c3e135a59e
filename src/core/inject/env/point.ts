/** Points containers at the sidecar: variables that are not set there. What a user has set stays. */

import type { AddOperation, RawVariable } from '../injection.ts'
import { listed, type Notebook } from '../notes.ts'
import { appendTo, listOf } from '../patch.ts'
import type { Address } from './addresses.ts'
import { type LeftOut, whyLeftOut } from './clients.ts'
import type { Chosen } from './containers.ts'
import { exemptLoopback } from './no-proxy.ts'

export function pointContainers(
  chosen: readonly Chosen[],
  { addresses, port }: { addresses: readonly Address[]; port: number },
  notebook: Notebook,
): AddOperation[] {
  const base = `http://127.0.0.1:${port}`
  return chosen.flatMap((each) => pointContainer(each, { addresses, base }, notebook))
}

function pointContainer(
  { container, list, index }: Chosen,
  { addresses, base }: { addresses: readonly Address[]; base: string },
  notebook: Notebook,
): AddOperation[] {
  const variables = listOf(container.env)
  const known = new Map(variables.map((variable) => [variable.name, variable.value]))
  const shown = { variables, names: new Set(known.keys()), addresses, base: `${base}/` }
  const added: RawVariable[] = []
  let isPointed = false
  for (const address of addresses) {
    const { variable } = address
    const value = base + address.path
    const left = whyLeftOut(address, shown)
    if (known.has(variable) && known.get(variable) !== value) {
      noteLeft(container.name, address, { left: { reason: 'VariableKept', alias: variable }, notebook })
    } else if (known.has(variable)) isPointed = true
    else if (left === undefined) added.push({ name: variable, value })
    else noteLeft(container.name, address, { left, notebook })
  }
  if (added.length === 0 && !isPointed) return []
  const path = ['spec', list, index, 'env']
  const exempt = exemptLoopback(container, path, notebook)
  return [...exempt.replaced, ...appendTo(container.env, path, [...added, ...exempt.added])]
}

function noteLeft(
  container: string,
  { variable }: Address,
  { left, notebook }: { left: LeftOut; notebook: Notebook },
): void {
  const name = listed([container])
  if (left.reason === 'AzureClient') {
    const message = `container ${name} has a client of Azure's, which refuses ${variable}: it is left out`
    notebook.note('AzureClient', message)
  } else if (left.reason === 'VariableKept') {
    const message = `container ${name} keeps its own ${left.alias}`
    notebook.note('VariableKept', `${message}: unless it points at the sidecar, these calls go past it`)
  }
}
