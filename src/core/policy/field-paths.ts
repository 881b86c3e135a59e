/** The fields of a policy as paths, so that the definition of a cluster can be held against the one of this version. */

import { PolicySpecSchema } from './schema.ts'

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  /** Of files beside a sidecar alone: no cluster has it. */
  readonly localOnly?: boolean
}

/** @returns `spec.providers[].name`, ... of the policies that a cluster takes */
export function policyFieldPaths(): string[] {
  return fieldPaths(PolicySpecSchema as Node, 'spec')
}

/** @param schema a JSON schema, or that of a CustomResourceDefinition */
export function fieldPaths(schema: Node, path: string): string[] {
  const below = Object.entries(schema.properties ?? {}).filter(([, node]) => node.localOnly !== true)
  const items = schema.items === undefined ? [] : fieldPaths(schema.items, `${path}[]`)
  return [...items, ...below.flatMap(([name, node]) => [`${path}.${name}`, ...fieldPaths(node, `${path}.${name}`)])]
}
