import { defineConfig } from 'vitest/config'

/** Ends a test that hangs. Far above what any test takes, so that a busy machine fails none. */
const HANG_MS = 180_000

/** Tests that share one real Kubernetes API server. */
const CLUSTER = 'test/cluster/**/*.test.ts'

/** Tests that share one real node. */
const NODE = 'test/node/**/*.test.ts'

export default defineConfig({
  test: {
    // Wire tests hold real sockets and child processes: two files at a time suit a two-core machine.
    maxWorkers: 2,
    coverage: {
      include: ['src/**/*.ts', 'sidecar/**/*.ts', 'operator/**/*.ts'],
      reporter: ['text-summary', 'html', 'lcovonly'],
      reportOnFailure: true,
    },
    projects: [
      {
        extends: true,
        test: { name: 'tests', include: ['test/**/*.test.ts'], exclude: [CLUSTER, NODE], ...bounds() },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: [CLUSTER],
          globalSetup: 'test/support/kube/global-setup.ts',
          // An operator sees all namespaces: two files at a time would see each other's policies.
          fileParallelism: false,
          // After the others, which need both cores.
          sequence: { groupOrder: 1 },
          ...bounds(),
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: [NODE],
          globalSetup: 'test/support/node/global-setup.ts',
          // One node of two cores.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...bounds(),
        },
      },
    ],
  },
})

function bounds() {
  return {
    // A busy machine is slow, not wrong: polls end with the event, not with Vitest's default of one second.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
  }
}
