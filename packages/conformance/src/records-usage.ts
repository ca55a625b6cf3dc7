/** What `Records` promises of usage: what counts, and that a limit counted to under its lock holds. */
import type { Image, Location, Records, RecordsTransaction, Usage } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { someImage } from './some-image.ts'

const nothing: Usage = { images: 0, bytes: 0, stagedBytes: 0, uploading: 0 }

const copies = (count: number): Location[] =>
  Array.from({ length: count }, (_, i) => ({ storeId: `store ${i}`, key: 'key', metadata: {} }))

const toReach = (...remainingStores: string[]) => ({
  importState: { taskId: 'task', remainingStores, failedStores: ['"remainingStores":["'] },
})

/** Images of ten bytes, and what each adds to the usage of its project besides itself. */
const counted: readonly (readonly [string, Partial<Image>, Partial<Usage>])[] = [
  ['queued', { sizeBytes: null }, {}],
  ['saving', { status: 'saving', sizeBytes: null }, { uploading: 1 }],
  ['staged', { status: 'uploading' }, { stagedBytes: 10, uploading: 1 }],
  ['importing', { status: 'importing' }, { stagedBytes: 10, uploading: 1 }],
  ['importing data of unknown size', { status: 'importing', sizeBytes: null }, { uploading: 1 }],
  [
    'importing, with its first copy',
    { status: 'importing', locations: copies(1) },
    { bytes: 10, stagedBytes: 10, uploading: 1 },
  ],
  [
    'importing, with all that it is to have',
    { status: 'importing', checksum: 'a', locations: copies(1), ...toReach() },
    { bytes: 10 },
  ],
  [
    'importing, and still to reach a store',
    { status: 'importing', checksum: 'a', locations: copies(1), ...toReach('b') },
    { bytes: 10, stagedBytes: 10, uploading: 1 },
  ],
  ['waiting for an import', { sizeBytes: null, ...toReach('a') }, { uploading: 1 }],
  ['active', { status: 'active', locations: copies(1) }, { bytes: 10 }],
  [
    'active, after an import',
    { status: 'active', locations: copies(1), ...toReach() },
    { bytes: 10 },
  ],
  ['deactivated', { status: 'deactivated', locations: copies(1) }, { bytes: 10 }],
  ['in three stores', { status: 'active', locations: copies(3) }, { bytes: 30 }],
  [
    'on its way to two more stores',
    { status: 'active', locations: copies(1), ...toReach('a', 'b') },
    { bytes: 10, stagedBytes: 10, uploading: 1 },
  ],
  ['empty', { status: 'active', sizeBytes: 0, locations: copies(2) }, {}],
]

/** @param openings of the same records: by several processes where there may be some. */
export function describeRecordsUsage(openings: () => Promise<readonly Records[]>): void {
  describe('findUsage() and lockUsage()', () => {
    async function keep(records: Records, changes: Partial<Image>): Promise<Image> {
      const image = someImage({ owner: 'project', sizeBytes: 10, ...changes })
      await records.write((transaction) => transaction.insertImage(image))
      return image
    }

    async function usage(records: Records, projectId = 'project'): Promise<Usage> {
      const found = await records.findUsage(projectId)
      expect(await records.write((transaction) => transaction.lockUsage(projectId))).toEqual(found)
      return found
    }

    test.each(counted)('count an image that is %s', async (_what, changes, added) => {
      const [records] = await some(openings)
      expect(await usage(records)).toEqual(nothing)
      const { id } = await keep(records, changes)
      const one = { ...nothing, ...added, images: 1 }
      expect(await usage(records)).toEqual(one)
      await keep(records, { ...changes, owner: 'another' })
      await keep(records, { ...changes, owner: null })
      expect(await usage(records)).toEqual(one)
      await records.write((transaction) => transaction.deleteImage(id, new Date()))
      expect(await usage(records)).toEqual(nothing)
    })

    test('add up all images of a project, as they were last saved', async () => {
      const [records] = await some(openings)
      const sizeBytes = 2 ** 50
      const all = [1, 2, 3].map((count) => ({
        sizeBytes,
        status: 'active' as const,
        locations: copies(count),
      }))
      const kept = []
      for (const changes of all) kept.push(await keep(records, changes))
      expect(await usage(records)).toEqual({ ...nothing, images: 3, bytes: 6 * sizeBytes })
      const [first] = kept
      if (first === undefined) throw new Error('Nothing was kept')
      await records.write((transaction) => transaction.saveImage({ ...first, owner: 'another' }))
      expect(await usage(records)).toEqual({ ...nothing, images: 2, bytes: 5 * sizeBytes })
      expect(await usage(records, 'another')).toEqual({ ...nothing, images: 1, bytes: sizeBytes })
    })

    test('show a work what it has changed itself, and nobody else before its end', async () => {
      const [records] = await some(openings)
      const inside = await records.write(async (transaction) => {
        await transaction.lockUsage('project')
        await transaction.insertImage(someImage({ owner: 'project' }))
        return [await transaction.lockUsage('project'), await records.findUsage('project')]
      })
      expect(inside).toEqual([{ ...nothing, images: 1 }, nothing])
    })

    test('let a work go on once the one before has ended, whatever that did', async () => {
      const [first, second] = await some(openings)
      let waiting: Promise<Usage> | undefined
      await first.write(async (transaction) => {
        await transaction.lockUsage('project')
        waiting = second.write((another) => another.lockUsage('project'))
        await new Promise((resolve) => setTimeout(resolve, 50))
        await transaction.insertImage(someImage({ owner: 'project' }))
      })
      expect(await waiting).toEqual({ ...nothing, images: 1 })
    })

    test('wait for a work that has locked the project', async () => {
      const [first, second] = await some(openings)
      const ended: string[] = []
      let waiting: Promise<unknown> | undefined
      await first.write(async (transaction) => {
        await transaction.lockProject('project')
        waiting = second.write(async (another) => {
          await another.lockProject('project')
          ended.push('second')
        })
        await new Promise((resolve) => setTimeout(resolve, 50))
        ended.push('first')
      })
      await waiting
      expect(ended).toEqual(['first', 'second'])
    })

    test('keep many works that add images within a limit', async () => {
      const processes = await some(openings)
      await everywhere(processes, async (transaction) => {
        if ((await transaction.lockUsage('project')).images >= 5) return
        await transaction.insertImage(someImage({ owner: 'project' }))
      })
      expect(await usage(processes[0])).toEqual({ ...nothing, images: 5 })
    })

    test('keep many works that give images their data within a limit', async () => {
      const processes = await some(openings)
      const [records] = processes
      const queued: Image[] = []
      for (let i = 0; i < 20; i++) queued.push(await keep(records, { sizeBytes: null }))
      await everywhere(processes, async (transaction, i) => {
        const image = await transaction.findImage(queued[i]?.id ?? '')
        if (image === undefined) throw new Error('It was not kept')
        if ((await transaction.lockUsage('project')).bytes + 10 > 55) return
        const locations = copies(1)
        await transaction.saveImage({ ...image, status: 'active', sizeBytes: 10, locations })
      })
      expect(await usage(records)).toEqual({ ...nothing, images: 20, bytes: 50 })
    })
  })
}

type Openings = readonly [Records, Records]

/** Two to work with: two processes, or one twice. */
async function some(openings: () => Promise<readonly Records[]>): Promise<Openings> {
  const [first, second = first] = await openings()
  if (first === undefined || second === undefined) throw new Error('There are no records')
  return [first, second]
}

/** Twenty works at the same time, from every process. */
async function everywhere(
  processes: Openings,
  work: (transaction: RecordsTransaction, i: number) => Promise<void>,
): Promise<void> {
  const works = Array.from({ length: 20 }, (_, i) =>
    processes[i % 2 === 0 ? 0 : 1].write((transaction) => work(transaction, i)),
  )
  await Promise.all(works)
}
