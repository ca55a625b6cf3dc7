/**
 * The images that lists are measured on: any number of them, alike at every number.
 *
 *   owner      every 10th image is of one project, the others of 200 more
 *   visibility of 20 images 10 are shared, 6 private, 2 public, 2 community
 *   status     19 of 20 are active
 *   names      100 different ones; the tag `lts` on every 7th; four distributions as a property
 *   shares     one consumer has accepted 10 000 of the shared ones, or all where there are fewer
 */
import { createHash } from 'node:crypto'
import type { Image, Visibility } from '@vitrine/core'
import { type Database, imageRecords } from '@vitrine/records'
import { sql } from 'kysely'

export const owner = project(0)
export const consumer = project(9999)
const mostShares = 10_000
const perTransaction = 2000

export async function fill(
  database: Database,
  count: number,
  progress: (done: number) => void,
): Promise<void> {
  const records = imageRecords(database)
  if (database.dialect === 'sqlite') {
    // Only while filling: entries go to places all over the index, which had better be in memory.
    await database.write((queries) => sql`pragma cache_size = -2000000`.execute(queries))
  }
  const sharesEvery = Math.max(1, Math.floor(count / 2 / mostShares))
  for (let start = 0; start < count; start += perTransaction) {
    const end = Math.min(start + perTransaction, count)
    await records.write(async (transaction) => {
      for (let i = start; i < end; i++) {
        const image = imageOf(i)
        await transaction.insertImage(image)
        // Every second image is shared, and of those every so many with the consumer.
        if (image.visibility !== 'shared' || Math.floor(i / 2) % sharesEvery !== 0) continue
        const { id: imageId, createdAt, updatedAt } = image
        const member = { imageId, projectId: consumer, createdAt, updatedAt }
        await transaction.insertMember({ ...member, status: 'accepted' })
      }
    })
    progress(end)
  }
}

const distributions = ['debian', 'ubuntu', 'fedora', 'alpine']
const visibilities: readonly Visibility[] = ['private', 'private', 'private', 'public', 'community']

function imageOf(i: number): Image {
  const digest = createHash('sha512').update(String(i)).digest('hex')
  // Spread by the digest, so that no filter goes along with another.
  const draw = (from: number, choices: number) =>
    Number.parseInt(digest.slice(from, from + 8), 16) % choices
  const time = new Date(Date.UTC(2026, 0, 1) + i * 1000)
  return {
    id: uuid(digest),
    name: `image-${draw(0, 100)}`,
    owner: draw(8, 10) === 0 ? owner : project(1 + draw(16, 200)),
    visibility: i % 2 === 0 ? 'shared' : (visibilities[draw(24, 5)] ?? 'private'),
    status: draw(32, 20) === 0 ? 'queued' : 'active',
    protected: false,
    hidden: false,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    minDiskGib: 1,
    minRamMib: 512,
    sizeBytes: draw(40, 2 ** 31),
    virtualSizeBytes: 2 ** 32,
    checksum: digest.slice(0, 32),
    multihash: { algorithm: 'sha512', value: digest },
    tags: draw(48, 7) === 0 ? ['lts', 'x86_64'] : ['x86_64'],
    properties: new Map([
      ['os_distro', distributions[draw(56, 4)] ?? ''],
      ['architecture', 'x86_64'],
    ]),
    locations: [{ storeId: 'default', key: `images/${digest.slice(0, 32)}`, metadata: {} }],
    incoming: null,
    importState: null,
    createdAt: time,
    updatedAt: time,
  }
}

function project(number: number): string {
  return createHash('md5').update(`project ${number}`).digest('hex')
}

function uuid(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}
