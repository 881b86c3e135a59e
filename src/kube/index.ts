export {
  type ApplyOptions,
  createKubeClient,
  type KubeCall,
  type KubeClient,
  type KubeClientOptions,
  type ListPage,
  type Method,
  type PageOptions,
  type Query,
} from './client.ts'
export { KubeError } from './errors.ts'
export { loadKubeConfig } from './load-config.ts'
