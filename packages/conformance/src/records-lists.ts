/** What `Records` promises of lists: each sort, each filter, and pages that visit each image once. */
import {
  type Image,
  type ImageFilter,
  type ImageListQuery,
  imageStatuses,
  type Records,
  type SortKey,
  sortFields,
  visibilities,
} from '@vitrine/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { byOrderOf, isMatch } from './list-oracle.ts'
import { someImage } from './some-image.ts'

const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms)

/** Beyond U+FFFF the order of bytes and the order of JavaScript's characters part. */
const names = [null, '', 'a', 'B', 'b', 'ab', 'é', '～', '𝒳', 'z']
const sizes = [null, 0, 1, 5, 2 ** 40]
const formats = [null, 'raw', 'qcow2', '']
const times = [0, 1, 999, 1000, 60_000]

/** Few different values for many images, so that every sort has ties. */
const images: readonly Image[] = Array.from({ length: 60 }, (_, i) =>
  someImage({
    name: pick(names, i),
    owner: i % 7 === 0 ? null : 'producer',
    visibility: pick(visibilities, i),
    status: pick(imageStatuses.slice(0, 6), i),
    protected: i % 3 === 0,
    diskFormat: pick(formats, i * 3),
    containerFormat: pick(formats, i * 5 + 1),
    minDiskGib: i % 4,
    minRamMib: (i % 5) * 512,
    sizeBytes: pick(sizes, i * 7),
    virtualSizeBytes: pick(sizes, i * 11),
    checksum: i % 2 === 0 ? null : `checksum ${i % 3}`,
    multihash: i % 2 === 0 ? null : { algorithm: 'sha512', value: `hash ${i % 3}` },
    tags: ['', 'Tag', 'tag', '𝒳'].filter((_tag, bit) => (i >> bit) % 2 === 1),
    properties: new Map<string, string | null>([
      ['__proto__', `${i % 2}`],
      ['os_distro', pick(['debian', 'Debian', ''], i)],
      ...(i % 3 === 0 ? [['kernel_id', null] as const] : []),
    ]),
    createdAt: at(pick(times, i)),
    updatedAt: at(pick(times, i * 3)),
  }),
)

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length]
  if (value === undefined) throw new Error('There is nothing to pick from')
  return value
}

const everything: ImageListQuery = {
  scope: visibilities.map((visibility) => ({ visibility })),
  hidden: false,
  filters: [],
  sort: [
    { field: 'createdAt', direction: 'desc' },
    { field: 'id', direction: 'desc' },
  ],
  after: undefined,
  limit: 7,
}

const ids = (list: readonly Image[]) => list.map(({ id }) => id)

/** Every page, each after the last image of the one before. */
async function allPages(records: Records, query: ImageListQuery): Promise<readonly Image[]> {
  const all: Image[] = []
  let after = query.after
  while (all.length <= 1000) {
    const page = await records.listImages({ ...query, after })
    expect(page.length).toBeLessThanOrEqual(query.limit)
    all.push(...page)
    after = page.at(-1)
    if (after === undefined || page.length < query.limit) return all
  }
  throw new Error('The list has no end')
}

/** @param records those under test, empty when asked for before each test. */
export function describeRecordsLists(records: () => Records): void {
  describe('listImages()', () => {
    beforeEach(async () => {
      await records().write(async (transaction) => {
        for (const image of images) await transaction.insertImage(image)
      })
    })

    test('gives whole images', async () => {
      for (const listed of await allPages(records(), everything)) {
        const image = images.find(({ id }) => id === listed.id)
        expect({ ...listed, tags: listed.tags.toSorted() }).toEqual({
          ...image,
          tags: image?.tags.toSorted(),
        })
      }
    })

    const tail = (direction: 'asc' | 'desc'): SortKey[] => [
      { field: 'createdAt', direction },
      { field: 'id', direction },
    ]

    test.each(sortFields)('sorts by %s in both directions, whatever the tail', async (field) => {
      for (const direction of ['asc', 'desc'] as const) {
        for (const others of [tail('asc'), tail('desc')]) {
          const sort = [{ field, direction }, ...others.filter((key) => key.field !== field)]
          const listed = await allPages(records(), { ...everything, sort })
          expect(ids(listed)).toEqual(ids(images.toSorted(byOrderOf(sort))))
        }
      }
    })

    test('sorts by several keys that go different ways', async () => {
      for (const [i, first] of sortFields.entries()) {
        const second = pick(sortFields, i + 1)
        const sort: SortKey[] = [
          { field: first, direction: 'asc' },
          { field: second, direction: 'desc' },
          ...tail('asc').filter(({ field }) => field !== first && field !== second),
        ]
        const listed = await allPages(records(), { ...everything, sort, limit: 4 })
        expect(ids(listed)).toEqual(ids(images.toSorted(byOrderOf(sort))))
      }
    })

    const filters: ImageFilter[] = [
      { kind: 'text', field: 'name', oneOf: [''] },
      { kind: 'text', field: 'name', oneOf: ['b', '𝒳', 'missing'] },
      { kind: 'text', field: 'id', oneOf: ids(images.slice(0, 5)) },
      { kind: 'text', field: 'status', oneOf: ['active', 'queued'] },
      { kind: 'text', field: 'owner', oneOf: ['producer'] },
      { kind: 'text', field: 'containerFormat', oneOf: ['raw'] },
      { kind: 'text', field: 'diskFormat', oneOf: ['', 'qcow2'] },
      { kind: 'text', field: 'checksum', oneOf: ['checksum 1'] },
      { kind: 'text', field: 'hashAlgorithm', oneOf: ['sha512'] },
      { kind: 'text', field: 'hashValue', oneOf: ['hash 0', 'hash 2'] },
      ...(['sizeBytes', 'virtualSizeBytes', 'minDiskGib', 'minRamMib'] as const).flatMap((field) =>
        (['equal', 'at-least', 'at-most'] as const).map(
          (is): ImageFilter => ({ kind: 'number', field, is, value: 1 }),
        ),
      ),
      ...(['createdAt', 'updatedAt'] as const).flatMap((field) =>
        (['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const).flatMap((is) =>
          [at(0), at(500), at(1000)].map(
            (value): ImageFilter => ({ kind: 'time', field, is, value }),
          ),
        ),
      ),
      { kind: 'protected', value: true },
      { kind: 'protected', value: false },
      ...['', 'Tag', '𝒳', 'missing'].map((tag): ImageFilter => ({ kind: 'tag', tag })),
      { kind: 'property', name: '__proto__', value: '1' },
      { kind: 'property', name: 'os_distro', value: 'debian' },
      { kind: 'property', name: 'os_distro', value: '' },
      { kind: 'property', name: 'kernel_id', value: '' },
      { kind: 'property', name: 'missing', value: '' },
    ]

    test('filters by text, number, time, protection, tag and property', async () => {
      for (const filter of filters) {
        const listed = await allPages(records(), { ...everything, filters: [filter], limit: 50 })
        const expected = images.filter((image) => isMatch(image, filter))
        expect(ids(listed), JSON.stringify(filter)).toEqual(
          ids(expected.toSorted(byOrderOf(everything.sort))),
        )
      }
    })

    test('shows what all of several filters let through', async () => {
      const several: ImageFilter[] = [
        { kind: 'tag', tag: 'tag' },
        { kind: 'tag', tag: 'Tag' },
        { kind: 'number', field: 'sizeBytes', is: 'at-least', value: 1 },
      ]
      const listed = await allPages(records(), { ...everything, filters: several })
      const expected = images.filter((image) => several.every((filter) => isMatch(image, filter)))
      expect(expected.length).toBeGreaterThan(0)
      expect(ids(listed).toSorted()).toEqual(ids(expected).toSorted())
    })

    test('answers at once to thousands of filters', async () => {
      const thousands = Array.from({ length: 2000 }, (_, i) => i)
      const image = someImage({
        tags: thousands.map((i) => `tag ${i}`),
        properties: new Map(thousands.map((i) => [`name ${i}`, `value ${i}`])),
      })
      await records().write((transaction) => transaction.insertImage(image))
      const filters = thousands.flatMap((i): ImageFilter[] => [
        { kind: 'tag', tag: `tag ${i}` },
        { kind: 'property', name: `name ${i}`, value: `value ${i}` },
      ])
      expect(ids(await allPages(records(), { ...everything, filters }))).toEqual([image.id])
      filters.push({ kind: 'tag', tag: 'missing' })
      expect(await allPages(records(), { ...everything, filters })).toEqual([])
    }, 10_000)

    test('shows hidden images to a query for them, and no others', async () => {
      const hidden = someImage({ hidden: true })
      await records().write((transaction) => transaction.insertImage(hidden))
      expect(ids(await allPages(records(), { ...everything, hidden: true }))).toEqual([hidden.id])
      expect(ids(await allPages(records(), everything))).not.toContain(hidden.id)
    })

    test('shows nothing of a scope without parts, and of filters that nothing can pass', async () => {
      expect(await allPages(records(), { ...everything, scope: [] })).toEqual([])
      const nothing: ImageFilter = { kind: 'text', field: 'status', oneOf: ['bogus'] }
      expect(await allPages(records(), { ...everything, filters: [nothing] })).toEqual([])
    })

    test('goes on where an image stood that was deleted, or that the filters leave out', async () => {
      const all = await allPages(records(), everything)
      const seventh = pick(all, 6)
      await records().write((transaction) => transaction.deleteImage(seventh.id, at(10)))
      const marker = await records().findListMarker(seventh.id)
      const rest = await allPages(records(), { ...everything, after: marker })
      expect(ids(rest)).toEqual(ids(all.slice(7)))

      const filter: ImageFilter = { kind: 'protected', value: true }
      const outside = pick(
        all,
        all.findIndex((image) => !image.protected),
      )
      const filtered = await allPages(records(), {
        ...everything,
        filters: [filter],
        after: outside,
      })
      const expected = all
        .slice(all.indexOf(outside) + 1)
        .filter((image) => image.protected && image !== seventh)
      expect(ids(filtered)).toEqual(ids(expected))
    })

    test.each([
      ['the default order', everything.sort],
      ['by name', [{ field: 'name', direction: 'asc' } as const, ...tail('desc')]],
    ])('visits every image once while images are being added, in %s', async (_order, sort) => {
      const seen: string[] = []
      let after: Image | undefined
      do {
        const page = await records().listImages({ ...everything, sort, after, limit: 5 })
        seen.push(...ids(page))
        after = page.at(-1)
        const added = [0, 1, 2].map((i) =>
          someImage({ name: pick(names, seen.length + i), createdAt: at(seen.length * 100 + i) }),
        )
        // So few that the list ends: less than a page for each page.
        await records().write(async (transaction) => {
          for (const image of added) await transaction.insertImage(image)
        })
      } while (after !== undefined && seen.length < 1000)
      expect(new Set(seen).size).toBe(seen.length)
      expect(ids(images).filter((id) => !seen.includes(id))).toEqual([])
    })
  })
}
