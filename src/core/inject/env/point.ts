/** Points containers at the sidecar: variables that are not set there. What a user has set stays. */

import type { AddOperation, RawVariable } from '../injection.ts'
import { listed, type Notebook } from '../notes.ts'
import { appendTo, listOf } from '../patch.ts'
import type { Address } from './addresses.ts'
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
  const names = new Set(variables.map((variable) => variable?.name))
  const path = ['spec', list, index, 'env']
  const fitting = addresses.filter((address) =>
    fits(address, { names, addresses, container: container.name }, notebook),
  )
  const added = fitting
    .filter(({ variable }) => !names.has(variable))
    .map(({ variable, path: at }): RawVariable => ({ name: variable, value: base + at }))
  const kept = variables.filter((each) => isKept(each, { fitting, base })).map(({ name }) => name)
  if (kept.length > 0) {
    const message = `container ${listed([container.name])} keeps its own ${listed([...new Set(kept)])}`
    notebook.note('VariableKept', `${message}: unless these point at the sidecar, its calls go past it`)
  }
  if (added.length + fitting.length - kept.length === 0) return []
  const exempt = exemptLoopback(container, path, notebook)
  return [...exempt.replaced, ...appendTo(container.env, path, [...added, ...exempt.added])]
}

function isKept(
  { name, value }: RawVariable,
  { fitting, base }: { fitting: readonly Address[]; base: string },
): boolean {
  return fitting.some(({ variable, path }) => variable === name && value !== base + path)
}

interface Seen {
  readonly names: ReadonlySet<string>
  readonly addresses: readonly Address[]
  readonly container: string
}

/** Azure's clients read OpenAI's variable too, and refuse it beside an endpoint of their own. */
const OF_AZURE = ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_AD_TOKEN', 'OPENAI_API_VERSION']

/** The key by which a container shows whose client it has. Signed calls (SigV4) would be refused at another address. */
const NEEDED: Readonly<Record<string, string>> = {
  AZURE_OPENAI_ENDPOINT: 'AZURE_OPENAI_API_KEY',
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'AWS_BEARER_TOKEN_BEDROCK',
  ANTHROPIC_BEDROCK_BASE_URL: 'AWS_BEARER_TOKEN_BEDROCK',
}

function fits({ variable, isNamed }: Address, { names, addresses, container }: Seen, notebook: Notebook): boolean {
  if (variable === 'OPENAI_BASE_URL' && isOfAzure(names, addresses)) {
    const message = `container ${listed([container])} has a client of Azure's, which refuses OPENAI_BASE_URL: it is left out`
    if (!names.has(variable)) notebook.note('AzureClient', message)
    return false
  }
  const needed = NEEDED[variable]
  return isNamed || needed === undefined || names.has(needed)
}

function isOfAzure(names: ReadonlySet<string>, addresses: readonly Address[]): boolean {
  const isToCome = addresses.some(({ variable, isNamed }) => variable === 'AZURE_OPENAI_ENDPOINT' && isNamed)
  return isToCome || OF_AZURE.some((name) => names.has(name))
}
