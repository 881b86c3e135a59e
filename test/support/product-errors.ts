import { checkPolicy, formatPath } from '../../src/core/policy/check.ts'

/** What the product says of a policy: each error as `PATH: MESSAGE`. */
export function productErrors(object: { readonly metadata?: object; readonly spec?: unknown }): string[] {
  const { metadata = { name: 'p' }, spec = {} } = object
  const { document, found } = checkPolicy({ apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata, spec })
  return document === undefined ? found.map(({ path, message }) => `${formatPath(path)}: ${message}`) : []
}
