/** Undici's HTTP/2 client stays out: providers are asked over HTTP/1.1 (docs/decisions/0004-http2-upstreams.md). */

import type { Plugin } from 'esbuild'

export const withoutHttp2: Plugin = {
  name: 'without-http2',
  setup({ onLoad }) {
    onLoad({ filter: /\/undici\/lib\/dispatcher\/client-h2\.js$/ }, () => ({
      contents: `module.exports = () => { throw new Error('this build has no HTTP/2') }`,
    }))
  },
}
