/**
 * Tests against real clients. They are not among `npm test`, since they need programs that npm
 * cannot install: `npm run test:peers` sees to those, then runs these.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['vitrine-source'] },
  ssr: { resolve: { conditions: ['vitrine-source'] } },
  test: {
    // Those with a browser are among `npm test` too, where there is one.
    include: ['peers/**/*.test.ts', 'packages/*/test/*browser.test.ts'],
    globalSetup: ['packages/conformance/src/postgres-on-demand.ts'],
    // Each command of a client starts a Python; side by side they would only wait for each other.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As in ../vitest.config.ts.
    expect: { poll: { timeout: 15_000 } },
  },
})
