/** The core on a small real database of its own, with objects in memory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oneStore } from '@vitrine/conformance'
import { MemoryObjectStore } from '@vitrine/objects'
import { imageRecords, openDatabase } from '@vitrine/records'
import {
  type Actor,
  Contents,
  defaultLimits,
  ImageDownloads,
  Images,
  ImageUploads,
  type Limits,
  LooseObjects,
  Members,
  type Role,
  systemClock,
  withEvents,
} from '../src/index.ts'

export type World = Awaited<ReturnType<typeof sqliteWorld>>

export async function sqliteWorld(changes: Partial<Limits> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-core-'))
  const database = await openDatabase(`sqlite:${join(directory, 'vitrine.sqlite')}`)
  const clock = systemClock
  const records = withEvents(imageRecords(database), clock)
  const objects = new MemoryObjectStore()
  const limits = { ...defaultLimits, ...changes }
  const stores = oneStore(objects)
  const looseObjects = new LooseObjects({ records, stores, clock, onError: rethrow })
  return {
    records,
    objects,
    looseObjects,
    images: new Images({ records, looseObjects, clock, limits }),
    members: new Members({ records, clock, limits }),
    downloads: new ImageDownloads({ records, stores }),
    uploads: new ImageUploads({
      records,
      stores,
      looseObjects,
      contents: new Contents({ records, stores }),
      clock,
      limits,
      hashAlgorithm: 'sha512',
      formatRules: { requireMatch: true, warn: () => {} },
    }),
    async close() {
      await database[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}

export function actor(projectId: string | undefined, ...roles: Role[]): Actor {
  return { userId: `user of ${projectId}`, projectId, roles: new Set(roles) }
}

export async function* bytesOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

function rethrow(error: unknown): never {
  throw error
}
