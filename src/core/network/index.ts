export {
  type AddressFault,
  type AddressRule,
  addressFault,
  bareHost,
  isAddressRange,
  isLoopbackHost,
  isRefusedRange,
} from './addresses.ts'
export { isProxyExempt } from './no-proxy.ts'
export { parseProxyUrl, portOf, proxyAuthorization } from './proxy-url.ts'
