/** Openings of one database, each as a process of its own would open it. */
import type { OpenMetadefRecords } from '@vitrine/conformance'
import { type Database, imageRecords, metadefRecords, openDatabase } from '../src/index.ts'

export function openings(url: string) {
  const opened = new Set<Database>()
  return {
    async open(): Promise<OpenMetadefRecords> {
      const database = await openDatabase(url)
      opened.add(database)
      return {
        records: imageRecords(database),
        metadefs: metadefRecords(database),
        async close() {
          opened.delete(database)
          await database[Symbol.asyncDispose]()
        },
      }
    },
    async closeAll() {
      for (const database of opened) await database[Symbol.asyncDispose]()
    },
  }
}
