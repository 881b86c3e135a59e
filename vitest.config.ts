import { defineConfig } from 'vitest/config'

/** Ends a test that hangs. Far above what any test takes, so that a busy machine fails none. */
const HANG_MS = 180_000

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Wire tests hold real sockets and child processes: two files at a time suit a two-core machine.
    maxWorkers: 2,
    // A busy machine is slow, not wrong: polls end with the event, not with Vitest's default of one second.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    coverage: {
      include: ['src/**/*.ts', 'sidecar/**/*.ts', 'operator/**/*.ts'],
      reporter: ['text-summary', 'html', 'lcovonly'],
      reportOnFailure: true,
    },
  },
})
