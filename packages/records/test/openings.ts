/** Openings of one database, each as a process of its own would open it. */
import type { OpenRecords } from '@vitrine/conformance'
import { type Database, imageRecords, openDatabase } from '../src/index.ts'

export function openings(url: string) {
  const opened = new Set<Database>()
  return {
    async open(): Promise<OpenRecords> {
      const database = await openDatabase(url)
      opened.add(database)
      return {
        records: imageRecords(database),
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
