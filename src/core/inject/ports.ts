/** The sidecar's ports: the usual ones, or others where a container of the pod declares one of these. */

import type { RawContainer, RawPod } from './injection.ts'
import type { OwnContainer } from './own-container.ts'
import { isObject, listOf } from './patch.ts'

export const ADMIN_PORT_NAME = 'm2m-admin'

export interface Ports {
  readonly data: number
  readonly admin: number
}

export const USUAL_PORTS: Ports = { data: 4141, admin: 4142 }

/** A pod has far fewer ports than there are steps. */
const STEP = 100

/** @param own what a container of ours has is kept: other containers may point at it */
export function choosePorts({ spec = {} }: RawPod, own: OwnContainer | undefined): Ports {
  const others = [...listOf(spec.initContainers), ...listOf(spec.containers)].filter((each) => each !== own?.container)
  const taken = new Set(others.flatMap(portsOf))
  return {
    data: setPort(own, 'M2M_PROXY_PORT') ?? freePort(USUAL_PORTS.data, taken),
    admin: setPort(own, 'M2M_ADMIN_PORT') ?? namedPort(own) ?? freePort(USUAL_PORTS.admin, taken),
  }
}

function portsOf(container: RawContainer): number[] {
  const ports = listOf(container['ports'] as readonly unknown[] | undefined)
  return ports.flatMap((port) =>
    isObject(port) && typeof port['containerPort'] === 'number' ? [port['containerPort']] : [],
  )
}

function freePort(usual: number, taken: ReadonlySet<number>): number {
  let port = usual
  while (taken.has(port) && port + STEP <= 65_535) port += STEP
  return port
}

/** Of a port that a user has named as we do. */
function namedPort(own: OwnContainer | undefined): number | undefined {
  const ports = listOf(own?.container['ports'] as readonly unknown[] | undefined).filter(isObject)
  const port = ports.find(({ name }) => name === ADMIN_PORT_NAME)?.['containerPort']
  return typeof port === 'number' ? port : undefined
}

function setPort(own: OwnContainer | undefined, name: string): number | undefined {
  const value = listOf(own?.container.env).find((variable) => variable?.name === name)?.value
  return value !== undefined && /^[1-9][0-9]{0,4}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined
}
