/** What images had before contents were kept once: an upgrade finds it, and deletes none of it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import type { Image, Multihash } from '@vitrine/core'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { imageRecords, openDatabase } from '../src/index.ts'
import { stepsOf } from '../src/migrate.ts'

function imageIn(multihash: Multihash | null, ...places: [string, string][]): Image {
  const locations = places.map(([storeId, key]) => ({ storeId, key, metadata: {} }))
  return someImage({ status: 'active', sizeBytes: 3, multihash, locations })
}

const key = (last: number) => `a0000000-0000-4000-8000-00000000000${last}`
const strong = { algorithm: 'sha512', value: 'aa' }
const address = 'https://images.example/disk:1'
const twoStores = imageIn(strong, ['fast', key(1)], ['slow', key(2)])
const sameAgain = imageIn(strong, ['fast', key(3)])
const weak = imageIn({ algorithm: 'md5', value: 'bb' }, ['fast', key(4)])
const unhashed = imageIn(null, ['fast', key(5)])
const elsewhere = imageIn(strong, ['http', address])

function describeUpgrade(name: string, makeUrl: () => Promise<string>): void {
  describe(`an upgrade, on ${name}`, () => {
    test('finds what images had, shares what is strongly hashed, and counts every image', async () => {
      const url = await makeUrl()
      await withImagesOf(url, [twoStores, sameAgain, weak, unhashed, elsewhere])
      await using database = await openDatabase(url)
      const records = imageRecords(database)
      const contents = await records.listContents(10)
      expect(contents).toEqual([
        { storeId: 'fast', key: key(1), digest: 'sha512:aa', sizeBytes: 3 },
        { storeId: 'fast', key: key(3), digest: 'sha512:aa', sizeBytes: 3 },
        { storeId: 'fast', key: key(4), digest: 'md5:bb', sizeBytes: 3 },
        { storeId: 'fast', key: key(5), digest: null, sizeBytes: 3 },
        { storeId: 'slow', key: key(2), digest: 'sha512:aa', sizeBytes: 3 },
      ])
      const carriers = await Promise.all(contents.map((one) => records.listCarriers(one, 9)))
      const ids = [twoStores, sameAgain, weak, unhashed, twoStores].map(({ id }) => [id])
      expect(carriers).toEqual(ids)
      const shared = await records.findSharedContent('fast', 'sha512:aa')
      expect(shared).toEqual({ storeId: 'fast', key: key(1) })
      expect(await records.findSharedContent('slow', 'sha512:aa')).toMatchObject({ key: key(2) })
      expect(await records.findSharedContent('fast', 'md5:bb')).toBeUndefined()
    })
  })
}

describeUpgrade('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-upgrade-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return `sqlite:${join(directory, 'vitrine.sqlite')}`
})
describePostgres('with a server', () => describeUpgrade('PostgreSQL', freshPostgresDatabase))

/** Takes the database back to before contents were written down, and forward again. */
async function withImagesOf(url: string, images: readonly Image[]): Promise<void> {
  await using database = await openDatabase(url)
  await imageRecords(database).write(async (transaction) => {
    for (const image of images) await transaction.insertImage(image)
  })
  await database.write(async (queries) => {
    for (const statement of [
      sql`drop table contents`,
      sql`drop table carriers`,
      sql`drop index images_by_incoming`,
      sql`alter table loose_objects drop column unsettled`,
      sql`alter table loose_objects drop column due_at`,
    ]) {
      await statement.execute(queries)
    }
    await stepsOf(database.dialect)['0010-contents']?.up(queries)
  })
}
