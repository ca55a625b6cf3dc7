/** What a test file needs to run against a real PostgreSQL: its `describe`, and databases. */
import { describe, inject } from 'vitest'
import { findPostgres, postgresPackage } from './postgres-binaries.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresOnDemandUrl: string
  }
}

/**
 * `describe` for tests that need PostgreSQL. Where npm has no server for this platform they are
 * skipped, and the report says so by name.
 */
export function describePostgres(name: string, tests: () => void): void {
  if (findPostgres() !== undefined) describe(name, tests)
  else describe.skip(`${name} (skipped: ${postgresPackage} is not installed)`, tests)
}

/**
 * A new, empty database on the PostgreSQL of this test run, which the first call starts. It lasts
 * until the end of the run, so there is nothing to clean up.
 *
 * @returns its URL, `postgres://…`, with the rights of a superuser.
 */
export async function freshPostgresDatabase(): Promise<string> {
  const answer = await fetch(inject('postgresOnDemandUrl'), { method: 'POST' })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text
}
