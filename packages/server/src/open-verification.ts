/** Opens what `vitrine verify` reads, beside the service or without it. */
import type { ObjectAddress, Records, Stores } from '@vitrine/core'
import {
  DatabaseInUseError,
  imageRecords,
  openDatabase,
  openDatabaseBeside,
} from '@vitrine/records'
import { HttpWebSource } from '@vitrine/web'
import type { Config } from './config.ts'
import { openStores } from './open-stores.ts'

export type OpenVerification = AsyncDisposable & {
  /** Perhaps only to be read. */
  readonly records: Records
  readonly stores: Stores
  /**
   * No further image shares these. Many at once, since nothing else can use an embedded database
   * meanwhile.
   *
   * @returns false when the service has it.
   */
  retire(damaged: readonly ObjectAddress[]): Promise<boolean>
}

export async function openVerification(config: Config): Promise<OpenVerification> {
  const { url } = config.database
  const database = await openDatabaseBeside(url)
  const stores = await openStores(config.stores, {
    dataDirectory: config.data.directory,
    web: new HttpWebSource(config.imports.web),
    observe: undefined,
  })
  return {
    records: imageRecords(database),
    stores,
    retire: (damaged) => retire(url, damaged),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function retire(url: string, damaged: readonly ObjectAddress[]): Promise<boolean> {
  try {
    await using database = await openDatabase(url)
    await imageRecords(database).write(async (transaction) => {
      for (const address of damaged) await transaction.retireContent(address)
    })
    return true
  } catch (error) {
    if (error instanceof DatabaseInUseError) return false
    throw error
  }
}
