/** The index of a cache in a SQLite file beside its bytes: small, and of this node alone. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CachedCopy, CacheIndex } from '@vitrine/core'

const tables = `
  create table if not exists copies (
    image_id text primary key,
    key text not null,
    whole integer not null default 0,
    size_bytes integer not null default 0,
    hits integer not null default 0,
    last_read_at integer not null default 0,
    cached_at integer not null default 0
  );
  create table if not exists queue (number integer primary key, image_id text not null unique);
`

export class SqliteCacheIndex implements CacheIndex, Disposable {
  readonly #database: DatabaseSync

  /** @param directory made when it is not there. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true })
    this.#database = new DatabaseSync(join(directory, 'cache.sqlite'))
    this.#database.exec('pragma journal_mode = wal; pragma synchronous = normal')
    this.#database.exec(tables)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  list(): readonly CachedCopy[] {
    return this.#all('select * from copies where whole = 1 order by cached_at, rowid').map(toCopy)
  }

  find(imageId: string): CachedCopy | undefined {
    return this.#all('select * from copies where image_id = ? and whole = 1', imageId).map(
      toCopy,
    )[0]
  }

  begin(imageId: string, key: string): void {
    this.#run('insert or replace into copies (image_id, key) values (?, ?)', imageId, key)
  }

  complete(imageId: string, sizeBytes: number, at: Date): void {
    this.#run(
      'update copies set whole = 1, size_bytes = ?, cached_at = ?, last_read_at = ? where image_id = ?',
      sizeBytes,
      at.getTime(),
      at.getTime(),
      imageId,
    )
  }

  hit(imageId: string, at: Date): void {
    this.#run(
      'update copies set hits = hits + 1, last_read_at = ? where image_id = ?',
      at.getTime(),
      imageId,
    )
  }

  forget(imageId: string): void {
    this.#run('delete from copies where image_id = ?', imageId)
  }

  incomplete() {
    return this.#all('select image_id, key from copies where whole = 0').map((row) => ({
      imageId: String(row.image_id),
      key: String(row.key),
    }))
  }

  queued(): readonly string[] {
    return this.#all('select image_id from queue order by number').map((row) =>
      String(row.image_id),
    )
  }

  enqueue(imageId: string): void {
    this.#run('insert or ignore into queue (image_id) values (?)', imageId)
  }

  dequeue(imageId: string): void {
    this.#run('delete from queue where image_id = ?', imageId)
  }

  #all(statement: string, ...values: string[]) {
    return this.#database.prepare(statement).all(...values)
  }

  #run(statement: string, ...values: (string | number)[]): void {
    this.#database.prepare(statement).run(...values)
  }
}

function toCopy(row: Readonly<Record<string, unknown>>): CachedCopy {
  return {
    imageId: String(row.image_id),
    key: String(row.key),
    sizeBytes: Number(row.size_bytes),
    hits: Number(row.hits),
    lastReadAt: new Date(Number(row.last_read_at)),
    cachedAt: new Date(Number(row.cached_at)),
  }
}
