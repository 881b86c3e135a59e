export { addressesOf } from './addresses.ts'
export { chooseContainers } from './containers.ts'
export { egressOf } from './egress.ts'
export { pointContainers } from './point.ts'
