/** Builds dist: a bundle with lazily loaded chunks, its compiled code, and the token tables. */

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build, type OutputFile } from 'esbuild'
import { writeTokenTables } from '../src/tables/write.ts'
import { writeCodeCache } from './build/code-cache.ts'
import { lazyBuiltins } from './build/lazy-builtins.ts'
import { checkOneByte, oneByteText } from './build/one-byte-text.ts'
import { withoutHttp2 } from './build/without-http2.ts'

await rm('dist', { recursive: true, force: true })
await writeTokenTables('dist/tables')
const { outputFiles } = await build({
  entryPoints: { m2m: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  // Names stay: stacks are read without a source map, and the log names classes.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'external',
  sourcemap: 'linked',
  // Undici's switch for bundles such as Node.js's own: no second parser.
  define: { esbuildDetection: 'true' },
  // Compressors that replay compares with: development packages, not part of the program.
  external: ['@llmtrim/js', '@toon-format/toon', '@tron-format/tron'],
  // CommonJS packages inside an ES module bundle still call require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [oneByteText, lazyBuiltins, withoutHttp2],
  write: false,
  logLevel: 'warning',
})
for (const file of outputFiles) {
  if (file.path.endsWith('.js')) checkOneByte(file)
  await write(file)
}
await writeCodeCache('dist')

async function write({ path, contents }: OutputFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}
