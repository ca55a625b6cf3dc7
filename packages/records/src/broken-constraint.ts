/** Which promise of the schema a refused change would have broken, in the words of neither database. */
export type BrokenConstraint = 'unique' | 'reference'

/** PostgreSQL's SQLSTATEs, which its driver gives as `code`. */
const postgresCodes: Record<string, BrokenConstraint> = { 23505: 'unique', 23503: 'reference' }

/** SQLite's extended result codes, which `node:sqlite` gives as `errcode`. */
const sqliteCodes: Record<string, BrokenConstraint> = {
  2067: 'unique', // SQLITE_CONSTRAINT_UNIQUE
  1555: 'unique', // SQLITE_CONSTRAINT_PRIMARYKEY
  787: 'reference', // SQLITE_CONSTRAINT_FOREIGNKEY
}

/** @returns undefined when the error is of any other kind. */
export function brokenConstraint(error: unknown): BrokenConstraint | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error) return sqliteCodes[String(error.errcode)]
  if ('code' in error) return postgresCodes[String(error.code)]
  return undefined
}
