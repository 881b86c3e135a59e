/** Builds dist: a bundle with lazily loaded chunks, and the token tables. */

import { rmSync } from 'node:fs'
import { build } from 'esbuild'
import { writeTokenTables } from '../src/tables/write.ts'

rmSync('dist', { recursive: true, force: true })
await writeTokenTables('dist/tables')
await build({
  entryPoints: { m2m: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: 'linked',
  // Compressors that replay compares with: development packages, not part of the program.
  external: ['@llmtrim/js', '@toon-format/toon', '@tron-format/tron'],
  // CommonJS packages inside an ES module bundle still call require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
