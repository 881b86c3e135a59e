/**
 * Builds dist: the program as a bundle with lazily loaded chunks, its compiled code, the token tables; the operator as
 * one file.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type BuildOptions, build, type OutputFile } from 'esbuild'
import { writeTokenTables } from '../src/tables/write.ts'
import { writeCodeCache } from './build/code-cache.ts'
import { lazyBuiltins } from './build/lazy-builtins.ts'
import { checkOneByte, oneByteText } from './build/one-byte-text.ts'
import { withoutHttp2 } from './build/without-http2.ts'

await rm('dist', { recursive: true, force: true })
await writeTokenTables('dist/tables')

/** Of both programs. */
const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Names stay: stacks are read without a source map, and the log names classes.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'external',
  sourcemap: 'linked',
  // Undici's switch for bundles such as Node.js's own: no second parser.
  define: { esbuildDetection: 'true' },
  // CommonJS packages inside an ES module bundle still call require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions

const program = await build({
  ...common,
  entryPoints: { m2m: 'src/cli/main.ts' },
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Compressors that replay compares with: development packages, not part of the program.
  external: ['@llmtrim/js', '@toon-format/toon', '@tron-format/tron'],
  plugins: [oneByteText, lazyBuiltins, withoutHttp2],
})
// Chunks would be shared with the program, and cut other pieces out of what a sidecar loads.
const operator = await build({
  ...common,
  entryPoints: { operator: 'operator/main.ts' },
  plugins: [lazyBuiltins, withoutHttp2],
})
for (const file of [...program.outputFiles, ...operator.outputFiles]) await write(file)
for (const file of program.outputFiles) if (file.path.endsWith('.js')) checkOneByte(file)
await writeCodeCache('dist')

async function write({ path, contents }: OutputFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}
