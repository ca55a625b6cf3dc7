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
    // A command of a client starts a Python, and then waits for it as much as it works. Every server
    // here has a port and a directory of its own.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As in ../vitest.config.ts.
    expect: { poll: { timeout: 15_000 } },
  },
})
