/** Every promise `Records` makes of listings and publishers, as tests. */
import { randomUUID } from 'node:crypto'
import {
  type FacetChoice,
  type Image,
  type Listing,
  type ListingPlace,
  listingWords,
  mostFacetValues,
  type Publisher,
  type Records,
  searchWords,
} from '@vitrine/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordsHarness } from './records.ts'
import { someImage } from './some-image.ts'

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute))

function somePublisher(changes: Partial<Publisher> = {}): Publisher {
  return {
    projectId: 'producer',
    slug: 'acme',
    name: 'Acme Images',
    description: '',
    contact: null,
    verified: false,
    createdAt: at(0),
    updatedAt: at(0),
    ...changes,
  }
}

function someListing(imageId: string, changes: Partial<Listing> = {}): Listing {
  return {
    imageId,
    publisherId: 'producer',
    title: 'Debian 13',
    description: '',
    operatingSystem: 'Debian',
    version: '13',
    architecture: 'x86_64',
    license: null,
    support: null,
    documentation: null,
    publishedAt: at(1),
    updatedAt: at(1),
    ...changes,
  }
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeListingRecords(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about listings`, () => {
    let harness: RecordsHarness
    let records: Records
    beforeEach(async () => {
      harness = await makeHarness()
      records = (await harness.open()).records
      await records.write((transaction) => transaction.savePublisher(somePublisher()))
    })
    afterEach(() => harness.close())

    async function publish(
      changes: Partial<Listing> = {},
      image: Partial<Image> = {},
    ): Promise<string> {
      const id = randomUUID()
      const kept = someImage({ id, status: 'active', diskFormat: 'qcow2', ...image })
      await records.write(async (transaction) => {
        await transaction.insertImage(kept)
        await transaction.saveListing(someListing(id, changes))
      })
      return id
    }

    async function changeImage(id: string, changes: Partial<Image>): Promise<void> {
      await records.write(async (transaction) => {
        const image = await transaction.findImage(id)
        if (image !== undefined) await transaction.saveImage({ ...image, ...changes })
      })
    }

    async function search(query = '', choice: FacetChoice = {}): Promise<readonly string[]> {
      const words = searchWords(query)
      const found = await records.searchListings({ words, choice, after: undefined, limit: 1000 })
      return found.map(({ listing }) => listing.imageId)
    }

    const count = async (query = '', choice: FacetChoice = {}) =>
      records.countListings({ words: searchWords(query), choice })

    test('a listing reads back as it was saved, alone and with its image and publisher', async () => {
      const id = await publish()
      const whole = someListing(id, {
        title: '<b>"Debian" & co</b>',
        description: 'one\n\ttwo',
        license: 'GPL-3.0',
        support: 'help@example.com',
        documentation: 'https://example.com/',
        publishedAt: at(2),
        updatedAt: at(3),
      })
      await records.write((transaction) => transaction.saveListing(whole))
      expect(await records.findListing(id)).toEqual(whole)
      expect(await records.findListed(id)).toEqual({
        listing: whole,
        publisher: somePublisher(),
        image: await records.findImage(id),
      })
      expect(await search()).toEqual([id])
      expect(await records.findListed(randomUUID())).toBeUndefined()
    })

    test('a listing is shown while its image is active and not hidden, from the very change on', async () => {
      const id = await publish()
      const isShown = async () => {
        const found = (await search('debian')).includes(id)
        expect((await count('deb')).total).toBe(found ? 1 : 0)
        expect((await records.walkListings({ after: 0, limit: 9 })).length).toBe(found ? 1 : 0)
        expect((await records.findShownPublisher('acme')) !== undefined).toBe(found)
        return found
      }
      expect(await isShown()).toBe(true)
      await changeImage(id, { status: 'deactivated' })
      expect(await isShown()).toBe(false)
      expect((await records.findListed(id))?.image.status).toBe('deactivated')
      await changeImage(id, { status: 'active', hidden: true })
      expect(await isShown()).toBe(false)
      await changeImage(id, { hidden: false, visibility: 'private' })
      expect(await isShown()).toBe(true)

      const hidden = await publish({}, { hidden: true })
      expect(await search()).toEqual([id])
      expect(await records.findListed(hidden)).toBeDefined()
    })

    test('a listing is gone with all its words when it is deleted, or its image', async () => {
      const [first, second] = [await publish(), await publish()]
      const remove = (id: string) => records.write((transaction) => transaction.deleteListing(id))
      expect([await remove(first), await remove(first)]).toEqual([true, false])
      await records.write((transaction) => transaction.deleteImage(second, at(9)))
      expect([await search(), await search('debian')]).toEqual([[], []])
      expect(await records.findListing(second)).toBeUndefined()
      expect(await count()).toMatchObject({ total: 0, facets: { publisher: [] } })
      const again = await publish({ title: 'Fedora', operatingSystem: 'Fedora' })
      expect([await search('fedora'), await search('debian')]).toEqual([[again], []])
    })

    test('nothing of a transaction that fails is kept', async () => {
      const id = await publish({ title: 'Before' })
      const failing = records.write(async (transaction) => {
        await transaction.saveListing(someListing(id, { title: 'After' }))
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect([await search('before'), await search('after')]).toEqual([[id], []])
    })

    describe('searchListings()', () => {
      test('finds words by how they begin, without case and accents, all of them', async () => {
        const id = await publish({
          title: 'Café Ménager Ünïcode',
          version: '22.04',
          description: 'Web-server, x86_64 "ready"; हिन्दी — Ελληνικά',
          license: 'Apache-2.0',
        })
        await publish({ title: 'Other' })
        for (const query of [
          ...['cafe', 'CAFÉ', 'men unicode', '22.04', 'web-server', 'server web', 'x86_64'],
          ...['"ready"', 'हिन्दी', 'ελληνικα', 'apache-2', 'acme unicode', 'c'],
        ]) {
          expect(await search(query), query).toContain(id)
        }
        for (const query of ['afe', 'cafe other', 'caféx', 'readying']) {
          expect(await search(query), query).not.toContain(id)
        }
      })

      test('takes quotes and operators for what stands between words', async () => {
        const id = await publish({ title: 'and or not near', operatingSystem: 'X', version: null })
        for (const query of [
          ...['"', "'", '*', 'NOT', 'AND', 'OR', 'NEAR(', 'near*', '-near', 'and & or | !not'],
          ...[
            'title:and',
            '{title} : and',
            "and':*A",
            '\\',
            '^and',
            'and <-> or',
            ':*',
            '(((',
            '%',
          ],
          ...['and\u0000or', '\ud800', '🙂', 'or AND', '+', 'x:'],
        ]) {
          const words = searchWords(query) ?? []
          const isFound =
            words.length > 0 &&
            words.every((word) =>
              'and or not near x'.split(' ').some((one) => one.startsWith(word)),
            )
          expect(await search(query), JSON.stringify(query)).toEqual(isFound ? [id] : [])
        }
      })

      test('finds in any small world what its words say', async () => {
        const word = fc.constantFrom(
          ...'a ab abc b ba É é 13 1337 x86_64 ß ﬁ İ ① か - " * AND'.split(' '),
        )
        const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((all) => all.join(' '))
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.record({ title: text, description: text }), { maxLength: 5 }),
            fc.array(text, { minLength: 1, maxLength: 4 }),
            async (world, queries) => {
              const ids: string[] = []
              for (const [minute, one] of world.entries()) {
                ids.push(await publish({ ...one, publishedAt: at(minute) }))
              }
              for (const query of queries) {
                const expected = world
                  .map((one, index) => ({ id: ids[index], index, ...matches(one, query) }))
                  .filter(({ found }) => found)
                  .toSorted((a, b) => Number(b.inTitle) - Number(a.inTitle) || b.index - a.index)
                expect(await search(query), query).toEqual(expected.map(({ id }) => id))
                expect((await count(query)).total).toBe(expected.length)
              }
              for (const id of ids) {
                await records.write((transaction) => transaction.deleteImage(id, at(9)))
              }
            },
          ),
          { numRuns: 25 },
        )
      })

      test('shows first what has the words in its title, then the newest, each once on all pages', async () => {
        const ids: string[] = []
        for (let i = 0; i < 9; i++) {
          const inTitle = i % 3 === 0
          ids.push(
            await publish({
              title: inTitle ? 'Special' : 'Plain',
              description: 'special',
              publishedAt: at(i < 5 ? 1 : 2),
            }),
          )
        }
        const pages = async (query: string) => {
          const found: string[] = []
          let after: ListingPlace | undefined
          do {
            const words = searchWords(query)
            const page = await records.searchListings({ words, choice: {}, after, limit: 2 })
            found.push(...page.map(({ listing }) => listing.imageId))
            after = page.at(-1)?.place
          } while (after !== undefined)
          return found.map((id) => ids.indexOf(id))
        }
        expect(await pages('special')).toEqual([6, 3, 0, 8, 7, 5, 4, 2, 1])
        expect(await pages('')).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0])
      })

      test('goes by a new name of the publisher, and by changed words, at once', async () => {
        const id = await publish()
        expect(await search('acme')).toEqual([id])
        await records.write((transaction) =>
          transaction.savePublisher(somePublisher({ name: 'Umbrella' })),
        )
        expect([await search('acme'), await search('umbrella')]).toEqual([[], [id]])
        await records.write((transaction) =>
          transaction.saveListing(someListing(id, { title: 'Fedora', operatingSystem: 'Fedora' })),
        )
        expect([await search('debian'), await search('fedora umb')]).toEqual([[], [id]])
      })
    })

    describe('countListings()', () => {
      beforeEach(async () => {
        await records.write((transaction) =>
          transaction.savePublisher(
            somePublisher({ projectId: 'other', slug: 'other', name: 'Other', verified: true }),
          ),
        )
        await publish({ license: 'MIT' })
        await publish({ operatingSystem: 'debian', license: 'mit', architecture: 'aarch64' })
        await publish({ operatingSystem: 'Fedora' }, { diskFormat: 'raw' })
        await publish({ publisherId: 'other' }, { diskFormat: null })
      })
      const brief = async (query: string, choice: FacetChoice = {}) => {
        const { total, facets } = await count(query, choice)
        const short = (facet: keyof typeof facets) =>
          facets[facet].map(({ value, count, chosen }) => `${value} ${count}${chosen ? '!' : ''}`)
        return {
          total,
          os: short('operatingSystem'),
          architecture: short('architecture'),
          license: short('license'),
          format: short('format'),
          publisher: short('publisher'),
          verified: short('verified'),
        }
      }

      test('counts every facet, one value for every way to write it', async () => {
        expect(await brief('')).toEqual({
          total: 4,
          os: ['debian 3', 'fedora 1'],
          architecture: ['x86_64 3', 'aarch64 1'],
          license: ['mit 2'],
          format: ['qcow2 2', 'raw 1'],
          publisher: ['acme 3', 'other 1'],
          verified: ['true 1'],
        })
        const { facets } = await count()
        expect(facets.operatingSystem[0]?.label).toBe('Debian')
        expect(facets.publisher[0]?.label).toBe('Acme Images')
      })

      test('counts in a facet as if nothing were chosen in it, and finds as many', async () => {
        const choices: FacetChoice[] = [
          { operatingSystem: 'debian' },
          { operatingSystem: 'debian', architecture: 'x86_64' },
          { publisher: 'other' },
          { verified: 'true', format: 'qcow2' },
          { license: 'mit', publisher: 'acme' },
          { format: 'no such' },
        ]
        for (const choice of choices) {
          expect(await search('', choice)).toHaveLength((await count('', choice)).total)
        }
        expect(await brief('', { operatingSystem: 'fedora' })).toMatchObject({
          total: 1,
          os: ['debian 3', 'fedora 1!'],
          format: ['raw 1'],
          verified: [],
        })
        expect((await brief('mit')).total).toBe(2)
      })
    })

    test('counts the most frequent of very many values, and what is chosen', async () => {
      for (let i = 0; i < mostFacetValues + 2; i++) {
        await publish({ operatingSystem: `System ${String(i).padStart(3, '0')}` })
      }
      await publish({ operatingSystem: 'Often', license: null })
      await publish({ operatingSystem: 'Often', license: null })
      const counted = async (choice: FacetChoice) => {
        const { total, facets } = await records.countListings({ words: undefined, choice })
        return { total, values: facets.operatingSystem.map(({ value }) => value) }
      }
      const { total, values } = await counted({})
      expect([total, values.length]).toEqual([mostFacetValues + 4, mostFacetValues])
      expect([values[0], values[1], values.at(-1)]).toEqual(['often', 'system 000', 'system 098'])
      const chosen = await counted({ operatingSystem: 'system 101' })
      expect([chosen.total, chosen.values.length]).toEqual([1, mostFacetValues])
      expect(chosen.values).toContain('system 101')
    })

    test('a slug has one publisher, also where two take it at once', async () => {
      const save = (changes: Partial<Publisher>) =>
        records.write((transaction) => transaction.savePublisher(somePublisher(changes)))
      expect(await save({ projectId: 'other' })).toBe(false)
      expect(await records.findPublisher('other')).toBeUndefined()
      const both = ['a', 'b'].map((projectId) => save({ projectId, slug: 'wanted' }))
      expect((await Promise.all(both)).toSorted()).toEqual([false, true])
      expect(await save({ slug: 'renamed', verified: true })).toBe(true)
      expect(await records.findPublisher('producer')).toEqual(
        somePublisher({ slug: 'renamed', verified: true }),
      )
      const slugs = async (after?: string) =>
        (await records.listPublishers({ after, limit: 1 })).map(({ slug }) => slug)
      expect([await slugs(), await slugs('renamed'), await slugs('wanted')]).toEqual([
        ['renamed'],
        ['wanted'],
        [],
      ])
    })

    test('a publisher is deleted once it has no listing, shown or not', async () => {
      const id = await publish({}, { hidden: true })
      const remove = () => records.write((transaction) => transaction.deletePublisher('producer'))
      expect(await remove()).toBe(false)
      await records.write((transaction) => transaction.deleteListing(id))
      expect([await remove(), await remove()]).toEqual([true, false])
    })

    test('walks are begun in many places, and meet', async () => {
      const ids: string[] = []
      for (let i = 0; i < 7; i++) ids.push(await publish({}, { hidden: i === 3 }))
      const walk = async (after: number, limit: number) =>
        (await records.walkListings({ after, limit })).map(({ listing }) =>
          ids.indexOf(listing.imageId),
        )
      const [first = 0, second = 0, third = 0, ...more] = await records.listingMilestones(2)
      expect(more).toEqual([])
      expect([await walk(0, 2), await walk(first, 2), await walk(second, 9)]).toEqual([
        [0, 1],
        [2, 4],
        [5, 6],
      ])
      expect(await walk(third, 9)).toEqual([])
      const own = async (after?: number) =>
        (await records.listListingsOf({ projectId: 'producer', after, limit: 4 })).map(
          ({ number, listing }) => [number, ids.indexOf(listing.imageId)] as const,
        )
      const page = await own()
      expect(page.map(([, index]) => index)).toEqual([6, 5, 4, 3])
      expect((await own(page.at(-1)?.[0])).map(([, index]) => index)).toEqual([2, 1, 0])
    })
  })
}

/** Said once more, plainly: what is found, and whether by its title alone. */
function matches(
  one: { title: string; description: string },
  query: string,
): { found: boolean; inTitle: boolean } {
  const { title, others } = listingWords(someListing('', one), somePublisher())
  const begins = (words: readonly string[], wanted: string) =>
    words.some((word) => word.startsWith(wanted))
  const wanted = searchWords(query)
  if (wanted === undefined) return { found: true, inTitle: false }
  return {
    found: wanted.length > 0 && wanted.every((word) => begins([...title, ...others], word)),
    inTitle: wanted.every((word) => begins(title, word)),
  }
}
