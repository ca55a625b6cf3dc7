/** Every promise `Records` makes of feeds, as tests: each project has all it is told, and no gaps. */
import { randomUUID } from 'node:crypto'
import { type Event, imageFacts, type Records, toEvent } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordsHarness } from './records.ts'
import { someImage } from './some-image.ts'

const at = new Date('2030-01-01T00:00:00.000Z')
const later = new Date(at.getTime() + 1)

/** Of an image of this project, shared with the other ones, that is deleted. */
function deletion(
  owner: string,
  name: string,
  sharedWith: readonly string[] = [],
  when = at,
): Event {
  const image = imageFacts(someImage({ name, owner, visibility: 'shared' }))
  const members = sharedWith.map((projectId) => ({
    imageId: image.id,
    projectId,
    status: 'pending' as const,
    createdAt: at.toISOString(),
    updatedAt: at.toISOString(),
  }))
  const payload = { image, members, deletedAt: when.toISOString() }
  return toEvent({ type: 'image.delete', payload }, { id: randomUUID(), at: when, actor: null })
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeProjectFeeds(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about feeds`, () => {
    let harness: RecordsHarness
    let records: Records

    beforeEach(async () => {
      harness = await makeHarness()
      records = (await harness.open()).records
    })
    afterEach(() => harness.close())

    const write = (...events: Event[]) =>
      records.write((transaction) => transaction.insertEvents(events))

    async function read(projectId: string, after = 0, limit = 100) {
      const entries = await records.readFeed(projectId, after, limit)
      return entries.map(({ position, event }) => {
        const name = 'image' in event.payload ? event.payload.image.name : null
        return `${position} ${name}`
      })
    }

    test('has for every project what it is told, in order, counted without gaps', async () => {
      await write(deletion('one', 'a', ['two', 'three']), deletion('two', 'b'))
      await write(deletion('one', 'c', ['two']))
      expect(await read('one')).toEqual(['1 a', '2 c'])
      expect(await read('two')).toEqual(['1 a', '2 b', '3 c'])
      expect(await read('three')).toEqual(['1 a'])
      expect(await read('nobody')).toEqual([])
      expect(await read('two', 1, 1)).toEqual(['2 b'])
    })

    test('knows where each begins and ends, also when all is forgotten', async () => {
      expect(await records.findFeed('one')).toEqual({ start: 0, end: 0 })
      await write(deletion('one', 'a'), deletion('one', 'b'))
      await write(deletion('one', 'c', [], later))
      expect(await records.findFeed('one')).toEqual({ start: 0, end: 3 })
      await records.forgetEvents(later, [])
      expect(await records.findFeed('one')).toEqual({ start: 2, end: 3 })
      expect(await read('one')).toEqual(['3 c'])
      await records.forgetEvents(new Date(later.getTime() + 1), [])
      expect(await records.findFeed('one')).toEqual({ start: 3, end: 3 })
      await write(deletion('one', 'd'))
      expect(await read('one', 3)).toEqual(['4 d'])
    })

    test('forgets from the front alone: an old event behind a newer one stays with it', async () => {
      await write(deletion('one', 'newer', [], later))
      await write(deletion('one', 'old'))
      expect(await records.forgetEvents(later, [])).toBe(0)
      expect(await read('one')).toEqual(['1 newer', '2 old'])
    })

    test('tells the ends of many at once', async () => {
      await write(deletion('one', 'a', ['two']), deletion('one', 'b'))
      expect(await records.feedEnds(['one', 'two', 'nobody'])).toEqual(
        new Map([
          ['one', 2],
          ['two', 1],
        ]),
      )
      expect(await records.feedEnds([])).toEqual(new Map())
    })

    test('counts without gaps when many are written and read at once', async () => {
      const names = Array.from({ length: 30 }, (_, number) => `${number}`)
      await Promise.all([
        ...names.map((one) => write(deletion('one', one, ['two']))),
        ...names.map(() => records.readFeed('two', 0, 100)),
      ])
      const entries = await records.readFeed('two', 0, 100)
      expect(entries.map(({ position }) => position)).toEqual(names.map((_, index) => index + 1))
    })

    test('takes more events at once than a statement takes parameters', async () => {
      await write(...Array.from({ length: 2500 }, (_, number) => deletion('one', `${number}`)))
      expect(await records.findFeed('one')).toEqual({ start: 0, end: 2500 })
      expect(await read('one', 2498)).toEqual(['2499 2498', '2500 2499'])
    })
  })
}
