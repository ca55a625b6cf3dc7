/** What a step of the database's history is written in. */
import type { Kysely, RawBuilder } from 'kysely'

/** The column types that are spelled differently from one database to the other. */
export type ColumnTypes = {
  /** Text that compares by its bytes, so that lists sort alike everywhere. */
  readonly text: RawBuilder<unknown>
  /** A whole number up to 2^53: bytes, or milliseconds since 1970. */
  readonly bigint: RawBuilder<unknown>
  /** A number that grows with every row inserted. */
  readonly serial: RawBuilder<unknown>
  /** At the end of a table that is only ever read by its primary key: keep it as that index alone. */
  readonly clustered: RawBuilder<unknown>
}

/** For what each database has in its own way only. */
export type Dialect = {
  readonly name: 'sqlite' | 'postgres'
  /** @returns the rows of its answer, if it has any. */
  run<Row>(statement: RawBuilder<Row>): Promise<readonly Row[]>
}

export type Migration = (
  schema: Kysely<unknown>['schema'],
  types: ColumnTypes,
  dialect: Dialect,
) => Promise<void>
