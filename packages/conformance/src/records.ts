/**
 * Every promise `Records` makes of images, members and transactions, as tests. Lists have a file
 * of their own, `records-lists.ts`, and so has what projects use, `records-usage.ts`.
 *
 * That changes outlive a power cut cannot be tested here; that they outlive the process is.
 */
import { randomUUID } from 'node:crypto'
import { type Image, imageStatuses, type Records, visibilities } from '@vitrine/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeContents } from './contents.ts'
import { describeLooseObjects } from './loose-objects.ts'
import { describeRecordsLists } from './records-lists.ts'
import { describeRecordsUsage } from './records-usage.ts'
import { someImage, someMember } from './some-image.ts'

export type OpenRecords = { readonly records: Records; close(): Promise<void> }

export type RecordsHarness = {
  /** Opens the records under test as another process would. All openings see the same. */
  open(): Promise<OpenRecords>
  /** Whether several processes may have them open at the same time. */
  readonly severalProcesses: boolean
  close(): Promise<void>
}

const later = new Date('2031-01-01T00:00:00.123Z')

/** Text that is easily kept wrong. */
const oddTexts = [
  '',
  ' ',
  'null',
  "'; drop table images; --",
  '%_\\',
  'x'.repeat(255),
  '𝒳'.repeat(127),
  'ünïcödé',
  'e\u0301',
  '日本語',
  '👩‍👩‍👧',
  'مرحبا',
  'a\nb\tc\r',
  '\u0001\u007f',
  '\ufeff',
  '\uffff',
]

const oddNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '0', ...oddTexts]

const full = someImage({
  id: 'AAAAAAAA-bbbb-4000-8000-000000000001',
  name: 'full',
  visibility: 'community',
  status: 'deactivated',
  protected: true,
  hidden: true,
  diskFormat: 'qcow2',
  containerFormat: 'bare',
  minDiskGib: 2 ** 31 - 1,
  minRamMib: 2 ** 31 - 1,
  sizeBytes: 2 ** 40,
  virtualSizeBytes: Number.MAX_SAFE_INTEGER,
  checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  multihash: { algorithm: 'sha512', value: 'cf83e1357eefb8bd' },
  tags: oddTexts,
  properties: new Map([
    ...new Set(oddNames.map((name) => [name, `of ${name}`] as const)),
    ['kernel_id', null],
  ]),
  locations: [
    { storeId: 'fast', key: 'a0000000-0000-4000-8000-000000000001', metadata: { a: 'b' } },
    { storeId: 'http', key: 'https://images.example/ü?a=b', metadata: {} },
  ],
  incoming: { storeId: 'slow', key: 'a0000000-0000-4000-8000-000000000002' },
  importState: {
    taskId: 'a0000000-0000-4000-8000-000000000003',
    remainingStores: ['slow'],
    failedStores: ['fast', 'http'],
  },
  createdAt: new Date('1970-01-01T00:00:00.001Z'),
  updatedAt: new Date('2999-12-31T23:59:59.999Z'),
})

/** Tags have no order. */
const plain = (image: Image | undefined) => image && { ...image, tags: image.tags.toSorted() }

/** Call it once per adapter, from the adapter's own test file. */
export function describeRecords(name: string, makeHarness: () => Promise<RecordsHarness>): void {
  describe(`${name} keeps the promises of Records`, () => {
    let harness: RecordsHarness
    let open: OpenRecords
    let records: Records

    beforeEach(async () => {
      harness = await makeHarness()
      open = await harness.open()
      records = open.records
    })
    afterEach(() => harness.close())

    async function keptImage(changes: Partial<Image> = {}): Promise<Image> {
      const image = someImage(changes)
      await records.write((transaction) => transaction.insertImage(image))
      return image
    }

    const addMember = (imageId: string, projectId: string) =>
      records.write((transaction) => transaction.insertMember(someMember(imageId, { projectId })))

    const memberIds = async (imageId: string) =>
      (await records.listMembers(imageId)).map(({ projectId }) => projectId)

    describe('insertImage() and saveImage()', () => {
      test('keep every field of an image', async () => {
        await records.write((transaction) => transaction.insertImage(full))
        expect(plain(await records.findImage(full.id))).toEqual(plain(full))
      })

      test('keep every field of an image that was another before', async () => {
        const { id } = await keptImage({ tags: ['old'], properties: new Map([['old', 'value']]) })
        await records.write((transaction) => transaction.saveImage({ ...full, id }))
        expect(plain(await records.findImage(id))).toEqual(plain({ ...full, id }))
      })

      test('keep an image of which nothing is known', async () => {
        const empty = someImage({ name: null, owner: null })
        await records.write((transaction) => transaction.insertImage(full))
        await records.write((transaction) => transaction.insertImage(empty))
        await records.write((transaction) => transaction.saveImage({ ...empty, id: full.id }))
        expect(await records.findImage(empty.id)).toEqual(empty)
        expect(await records.findImage(full.id)).toEqual({ ...empty, id: full.id })
      })

      test('keep any text that is well-formed and without NUL', async () => {
        const text = fc
          .string({ unit: 'binary', maxLength: 40 })
          .map((one) => one.replaceAll('\0', ''))
        await fc.assert(
          fc.asyncProperty(
            fc.record({
              name: fc.option(text),
              owner: fc.option(text),
              visibility: fc.constantFrom(...visibilities),
              status: fc.constantFrom(...imageStatuses),
              diskFormat: fc.option(text),
              tags: fc.uniqueArray(text),
              properties: fc
                .uniqueArray(fc.tuple(text, fc.option(text)), { selector: ([key]) => key })
                .map((entries) => new Map(entries)),
            }),
            async (changes) => {
              const image = await keptImage(changes)
              expect(plain(await records.findImage(image.id))).toEqual(plain(image))
            },
          ),
          { numRuns: 40 },
        )
      })

      test('keep the values of properties of 65,535 bytes', async () => {
        const { id } = await keptImage({ properties: new Map([['long', 'x'.repeat(65_535)]]) })
        expect((await records.findImage(id))?.properties.get('long')).toHaveLength(65_535)
      })
    })

    describe('insertImage()', () => {
      test('refuses an id that is in use, and leaves its image alone', async () => {
        const image = await keptImage({ name: 'first', tags: ['kept'] })
        const again = someImage({ id: image.id, name: 'second', tags: ['new'] })
        expect(await records.write((transaction) => transaction.insertImage(again))).toBe(false)
        expect(await records.findImage(image.id)).toEqual(image)
      })

      test('refuses the id of an image that was deleted', async () => {
        const { id } = await keptImage()
        await records.write((transaction) => transaction.deleteImage(id, later))
        const again = someImage({ id })
        expect(await records.write((transaction) => transaction.insertImage(again))).toBe(false)
        expect(await records.findImage(id)).toBeUndefined()
      })

      test('tells ids apart that differ only in case', async () => {
        const lower = await keptImage({ id: 'aaaaaaaa-0000-4000-8000-00000000000a', name: 'lower' })
        const upper = await keptImage({ id: 'AAAAAAAA-0000-4000-8000-00000000000A', name: 'upper' })
        expect(await records.findImage(lower.id)).toEqual(lower)
        expect(await records.findImage(upper.id)).toEqual(upper)
      })

      test('lets one win of many that want one id at the same time', async () => {
        const id = randomUUID()
        const wishes = Array.from({ length: 20 }, (_, i) => someImage({ id, name: `wish ${i}` }))
        const won = await Promise.all(
          wishes.map((image) => records.write((transaction) => transaction.insertImage(image))),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        expect(await records.findImage(id)).toEqual(wishes[won.indexOf(true)])
      })
    })

    describe('write()', () => {
      test('returns what its work returns', async () => {
        expect(await records.write(async () => 'done')).toBe('done')
      })

      test('keeps nothing of a work that throws, and throws its very error', async () => {
        const kept = await keptImage({ name: 'old' })
        await addMember(kept.id, 'member')
        const fresh = someImage()
        const error = new Error('changed my mind')
        const work = records.write(async (transaction) => {
          await transaction.insertImage(fresh)
          await transaction.saveImage({ ...kept, name: 'new', tags: ['new'] })
          await transaction.insertMember(someMember(kept.id, { projectId: 'new' }))
          await transaction.deleteMember(kept.id, 'member', later)
          await transaction.insertLooseObject({
            storeId: 'fast',
            key: randomUUID(),
            imageId: fresh.id,
          })
          throw error
        })
        await expect(work).rejects.toBe(error)
        expect(await records.findImage(fresh.id)).toBeUndefined()
        expect(await records.findImage(kept.id)).toEqual(kept)
        expect(await memberIds(kept.id)).toEqual(['member'])
      })

      test('lets works fail without harm to those beside them', async () => {
        const images = Array.from({ length: 30 }, () => someImage())
        const outcomes = await Promise.allSettled(
          images.map((image, i) =>
            records.write(async (transaction) => {
              await transaction.insertImage(image)
              if (i % 3 === 0) throw new Error('fails')
            }),
          ),
        )
        for (const [i, image] of images.entries()) {
          const fails = i % 3 === 0
          expect(outcomes[i]?.status).toBe(fails ? 'rejected' : 'fulfilled')
          expect(await records.findImage(image.id)).toEqual(fails ? undefined : image)
        }
      })

      test('shows its work what it has changed, and nobody else before its end', async () => {
        const image = someImage()
        await records.write(async (transaction) => {
          await transaction.insertImage(image)
          expect(await transaction.findImage(image.id)).toEqual(image)
          expect(await records.findImage(image.id)).toBeUndefined()
        })
        expect(await records.findImage(image.id)).toEqual(image)
      })

      test('runs works on one image one after the other', async () => {
        const { id } = await keptImage()
        const processes = harness.severalProcesses ? [open, await harness.open()] : [open]
        const increments = Array.from({ length: 50 }, (_, i) =>
          processes[i % processes.length]?.records.write(async (transaction) => {
            const image = await transaction.findImage(id)
            if (image === undefined) throw new Error('The image is gone')
            await transaction.saveImage({ ...image, minRamMib: image.minRamMib + 1 })
          }),
        )
        await Promise.all(increments)
        expect((await records.findImage(id))?.minRamMib).toBe(50)
      })

      test('rejects once the records are closed', async () => {
        await open.close()
        await expect(records.write(async () => 'written')).rejects.toThrow()
      })

      test('keeps what the next opening reads', async () => {
        const image = await keptImage({ name: 'kept' })
        await addMember(image.id, 'member')
        await open.close()
        const { records: reopened } = await harness.open()
        expect(await reopened.findImage(image.id)).toEqual(image)
        expect(await reopened.listMembers(image.id)).toHaveLength(1)
      })
    })

    describe('findImageFor()', () => {
      test('gives the image with the membership of that project alone', async () => {
        const image = await keptImage()
        const member = await addMember(image.id, 'member')
        await addMember(image.id, 'another')
        expect(await records.findImageFor(image.id, 'member')).toEqual({ image, member })
        expect(await records.findImageFor(image.id, 'stranger')).toEqual({ image })
        expect(await records.findImageFor(image.id, undefined)).toEqual({ image })
      })

      test('finds neither a removed membership nor a deleted image', async () => {
        const image = await keptImage()
        await addMember(image.id, 'member')
        await records.write((transaction) => transaction.deleteMember(image.id, 'member', later))
        expect(await records.findImageFor(image.id, 'member')).toEqual({ image })
        await records.write((transaction) => transaction.deleteImage(image.id, later))
        expect(await records.findImageFor(image.id, 'member')).toBeUndefined()
      })

      test('gives a work the membership that the one before it has left', async () => {
        const { id } = await keptImage()
        const first = await addMember(id, 'member')
        const processes = harness.severalProcesses ? [open, await harness.open()] : [open]
        const increments = Array.from({ length: 50 }, (_, i) =>
          processes[i % processes.length]?.records.write(async (transaction) => {
            const member = (await transaction.findImageFor(id, 'member'))?.member
            if (member === undefined) throw new Error('The membership is gone')
            const updatedAt = new Date(member.updatedAt.getTime() + 1)
            await transaction.saveMember({ ...member, updatedAt })
          }),
        )
        await Promise.all(increments)
        const last = await records.findMember(id, 'member')
        expect(last?.updatedAt.getTime()).toBe((first?.updatedAt.getTime() ?? 0) + 50)
      })
    })

    describe('deleteImage()', () => {
      test('leaves nothing of the image but its id', async () => {
        const image = await keptImage({ tags: ['tag'], properties: new Map([['a', 'b']]) })
        const another = await keptImage({ tags: ['tag'], properties: new Map([['a', 'b']]) })
        await addMember(image.id, 'member')
        await addMember(another.id, 'member')
        await records.write((transaction) => transaction.deleteImage(image.id, later))

        expect(await records.findImage(image.id)).toBeUndefined()
        expect(await records.listMembers(image.id)).toEqual([])
        expect(await records.findMember(image.id, 'member')).toBeUndefined()
        expect(await records.findImage(another.id)).toEqual(another)
        expect(await memberIds(another.id)).toEqual(['member'])
        expect(await records.findListMarker(image.id)).toMatchObject({
          id: image.id,
          createdAt: image.createdAt,
          deleted: true,
        })
      })

      test('lets one win of many that find and delete it at the same time', async () => {
        const { id } = await keptImage()
        const deletions = await Promise.all(
          Array.from({ length: 10 }, () =>
            records.write(async (transaction) => {
              if ((await transaction.findImage(id)) === undefined) return 'gone'
              await transaction.deleteImage(id, later)
              return 'deleted'
            }),
          ),
        )
        expect(deletions.filter((outcome) => outcome === 'deleted')).toHaveLength(1)
      })
    })

    describe('findListMarker()', () => {
      test('tells an image that is there from one that is deleted or never was', async () => {
        const image = await keptImage()
        expect(await records.findListMarker(image.id)).toEqual({ ...image, deleted: false })
        await records.write((transaction) => transaction.deleteImage(image.id, later))
        expect(await records.findListMarker(image.id)).toMatchObject({ deleted: true })
        expect(await records.findListMarker(randomUUID())).toBeUndefined()
      })
    })

    describe('members', () => {
      test('are kept with all their fields, whatever their project is called', async () => {
        const { id } = await keptImage()
        for (const projectId of oddTexts) {
          const member = someMember(id, { projectId, status: 'rejected', updatedAt: later })
          expect(await records.write((t) => t.insertMember(member))).toEqual(member)
          expect(await records.findMember(id, projectId)).toEqual(member)
        }
        expect(await memberIds(id)).toEqual(oddTexts)
      })

      test('are listed in the order in which they were added, not of time or name', async () => {
        const { id } = await keptImage()
        const added = ['m', 'z', 'a', 'Z', '10', '9']
        for (const [i, projectId] of added.entries()) {
          const createdAt = new Date(later.getTime() - i * 1000)
          await records.write((t) => t.insertMember(someMember(id, { projectId, createdAt })))
        }
        expect(await memberIds(id)).toEqual(added)
      })

      test('belong to one image', async () => {
        const [a, b] = [await keptImage(), await keptImage()]
        await addMember(a.id, 'member')
        expect(await records.listMembers(b.id)).toEqual([])
        expect(await records.findMember(b.id, 'member')).toBeUndefined()
      })

      test('cannot be added twice, and a second time changes nothing', async () => {
        const { id } = await keptImage()
        const member = await addMember(id, 'member')
        const again = someMember(id, { projectId: 'member', status: 'accepted', updatedAt: later })
        expect(await records.write((t) => t.insertMember(again))).toBeUndefined()
        expect(await records.listMembers(id)).toEqual([member])
      })

      test('are added once by many that add them at the same time', async () => {
        const { id } = await keptImage()
        const added = await Promise.all(Array.from({ length: 10 }, () => addMember(id, 'member')))
        expect(added.filter((member) => member !== undefined)).toHaveLength(1)
        expect(await memberIds(id)).toEqual(['member'])
      })

      test('are revived once by many that add them at the same time', async () => {
        const { id } = await keptImage()
        await addMember(id, 'member')
        await records.write((t) => t.deleteMember(id, 'member', later))
        const added = await Promise.all(Array.from({ length: 10 }, () => addMember(id, 'member')))
        expect(added.filter((member) => member !== undefined)).toHaveLength(1)
        expect(await memberIds(id)).toEqual(['member'])
      })

      test('that were removed come back in their old place with their old createdAt', async () => {
        const { id } = await keptImage()
        for (const projectId of ['first', 'second', 'third']) await addMember(id, projectId)
        const before = await records.findMember(id, 'second')
        await records.write((t) => t.deleteMember(id, 'second', later))
        expect(await memberIds(id)).toEqual(['first', 'third'])

        const revived = someMember(id, {
          projectId: 'second',
          status: 'accepted',
          createdAt: later,
          updatedAt: later,
        })
        const kept = { ...revived, createdAt: before?.createdAt }
        expect(await records.write((t) => t.insertMember(revived))).toEqual(kept)
        expect(await memberIds(id)).toEqual(['first', 'second', 'third'])
        expect(await records.findMember(id, 'second')).toEqual(kept)
      })

      test('keep a new status and its time, and their old createdAt', async () => {
        const { id } = await keptImage()
        const member = await addMember(id, 'member')
        await addMember(id, 'another')
        const answered = { ...someMember(id), projectId: 'member', status: 'accepted' as const }
        await records.write((t) =>
          t.saveMember({ ...answered, createdAt: later, updatedAt: later }),
        )
        expect(await records.findMember(id, 'member')).toEqual({
          ...member,
          status: 'accepted',
          updatedAt: later,
        })
        expect(await records.findMember(id, 'another')).toMatchObject({ status: 'pending' })
      })

      test('are removed once', async () => {
        const { id } = await keptImage()
        await addMember(id, 'member')
        const remove = () => records.write((t) => t.deleteMember(id, 'member', later))
        const removed = await Promise.all([remove(), remove(), remove()])
        expect(removed.filter(Boolean)).toHaveLength(1)
        expect(await records.findMember(id, 'member')).toBeUndefined()
        expect(await remove()).toBe(false)
      })

      test('are counted without those removed', async () => {
        const { id } = await keptImage()
        const count = () => records.write((t) => t.countMembers(id))
        expect(await count()).toBe(0)
        for (const projectId of ['a', 'b', 'c']) await addMember(id, projectId)
        await records.write((t) => t.deleteMember(id, 'b', later))
        expect(await count()).toBe(2)
      })

      test('stay within a limit that many count to at the same time', async () => {
        const { id } = await keptImage()
        const processes = harness.severalProcesses ? [open, await harness.open()] : [open]
        await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            processes[i % processes.length]?.records.write(async (transaction) => {
              await transaction.findImageFor(id, 'producer')
              if ((await transaction.countMembers(id)) >= 5) return
              await transaction.insertMember(someMember(id, { projectId: `project ${i}` }))
            }),
          ),
        )
        expect(await memberIds(id)).toHaveLength(5)
      })
    })

    describeLooseObjects(
      () => harness,
      () => open,
    )
    describeContents(
      () => harness,
      () => records,
    )
    describeRecordsLists(() => records)
    describeRecordsUsage(async () =>
      harness.severalProcesses ? [records, (await harness.open()).records] : [records],
    )
  })
}
