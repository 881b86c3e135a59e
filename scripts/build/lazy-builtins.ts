/**
 * Built-in modules as `require` gives them. An ES import of one evaluates all its exports, also those that Node.js loads
 * late: `import 'node:http'` brings fetch, WebSocket and HTTP/2 along, 7 MB of private memory.
 */

import { isBuiltin } from 'node:module'
import type { Plugin } from 'esbuild'

export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind !== 'import-statement' || !isBuiltin(path)) return undefined
      return { path, namespace: 'builtin' }
    })
    onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = require('${path}')` }))
  },
}
