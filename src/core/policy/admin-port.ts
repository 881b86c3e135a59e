/** Where the sidecar of a pod answers probes and metrics. */

interface Container {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
}

/** What is read of a pod's spec. */
export interface PodPorts {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
}

/** The name in a container's ports, and the number where none has it. */
const ADMIN_PORT = { name: 'm2m-admin', number: 4142 }

export function adminPortOf({ containers = [], initContainers = [] }: PodPorts = {}): number {
  const ports = [...initContainers, ...containers].flatMap(({ ports: each = [] }) => each)
  return ports.find(({ name }) => name === ADMIN_PORT.name)?.containerPort ?? ADMIN_PORT.number
}
