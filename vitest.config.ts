import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Our packages are tested from their source, so no build stands between an edit and its test.
  resolve: { conditions: ['vitrine-source'] },
  ssr: { resolve: { conditions: ['vitrine-source'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'demo/**/*.test.ts',
      'bench/**/*.test.ts',
      'long/**/*.test.ts',
    ],
    globalSetup: ['packages/conformance/src/postgres-on-demand.ts'],
    // Tests wait for processes and databases as much as they work: no core need be left free.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What comes in its own time may be late on a busy machine.
    expect: { poll: { timeout: 15_000 } },
  },
})
