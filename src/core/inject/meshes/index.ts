/** What stands in a pod of Istio, Linkerd and others, and what that means for our container. */

export { isInjectedByOthers, namesByRole, roleOf } from './containers.ts'
export { placeAmongContainers, placeAmongInit } from './place.ts'
export { execProbe, isCaptured, turnedBack } from './probe.ts'
