/** The core's feeds, on real records: nothing is missed while one listens, or without being told. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import {
  type Actor,
  type FeedPage,
  Feeds,
  type Records,
  systemClock,
  withEvents,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openings } from './openings.ts'

const producer: Actor = { userId: 'u', projectId: 'producer', roles: new Set(['reader']) }
const pauses = { lookMs: 20, quietMs: 100 }

function describeFeeds(
  name: string,
  freshUrl: () => Promise<{ url: string; close: () => Promise<void> }>,
  severalProcesses: boolean,
) {
  describe(`a feed on ${name}`, () => {
    let opened: ReturnType<typeof openings>
    let close: () => Promise<void>
    let records: Records
    let feeds: Feeds
    let listening: AbortController

    beforeEach(async () => {
      const fresh = await freshUrl()
      opened = openings(fresh.url)
      close = fresh.close
      records = (await opened.open()).records
      feeds = new Feeds({ records, onError: (error) => expect.fail(String(error)), pauses })
      listening = new AbortController()
    })
    afterEach(async () => {
      listening.abort()
      await feeds[Symbol.asyncDispose]()
      await opened.closeAll()
      await close()
    })

    const happen = (name: string, on = records) =>
      withEvents(on, systemClock).write((transaction) =>
        transaction.insertImage(someImage({ name })),
      )
    const follow = async (after: number | 'now' | 'oldest') => {
      const pages = await feeds.follow(producer, { after, types: undefined }, listening.signal)
      return pages[Symbol.asyncIterator]()
    }
    const namesOf = (page: FeedPage | undefined) =>
      page?.events.map(({ event }) => event.image?.name ?? null)

    async function nextNames(pages: AsyncIterator<FeedPage>) {
      for (;;) {
        const { value, done } = await pages.next()
        if (done) return undefined
        if (value.events.length > 0) return namesOf(value)
      }
    }

    test('tells where it is at once, and now and then that nothing happens', async () => {
      await happen('before')
      const pages = await follow('now')
      expect((await pages.next()).value).toEqual({ events: [], cursor: 1, hasMore: false })
      expect((await pages.next()).value).toEqual({ events: [], cursor: 1, hasMore: false })
    })

    test('gives a slow reader all that happened meanwhile, a few at a time', async () => {
      const pages = await follow('now')
      await pages.next()
      for (let i = 0; i < 120; i++) await happen(`${i}`)
      const seen: (string | null)[] = []
      while (seen.length < 120) {
        const names = (await nextNames(pages)) ?? []
        expect(names.length).toBeLessThanOrEqual(50)
        seen.push(...names)
      }
      expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `${i}`))
    })

    test('ends when its reader goes, and when it is disposed of', async () => {
      const pages = await follow('now')
      await pages.next()
      listening.abort()
      expect((await pages.next()).done).toBe(true)
      listening = new AbortController()
      const others = await follow('now')
      await others.next()
      await feeds[Symbol.asyncDispose]()
      expect((await others.next()).done).toBe(true)
    })

    test('has 50 places for the readers of a project, also when they all come at once', async () => {
      const come = () => Promise.allSettled(Array.from({ length: 60 }, () => follow('now')))
      const kept = (outcomes: Awaited<ReturnType<typeof come>>) =>
        outcomes.filter(({ status }) => status === 'fulfilled').length
      const outcomes = await come()
      expect(kept(outcomes)).toBe(50)
      expect(outcomes.at(-1)).toMatchObject({ reason: { name: 'TooManyError' } })
      await expect(follow(7)).rejects.toThrow(
        'Cannot follow events: the project follows them 50 times already, and that is the most',
      )
      // Those that never read a page give their places back too, and so do those that may not begin.
      listening.abort()
      listening = new AbortController()
      await expect(follow(7)).rejects.toThrow('Cannot list events after 7: the last one is 0')
      expect(kept(await come())).toBe(50)
    })

    test('says so when what a reader asks for is not kept any more, and begins where it can', async () => {
      for (const name of ['a', 'b', 'c']) await happen(name)
      await records.forgetEvents(new Date(Date.now() + 1000), [])
      await happen('d')
      const gone = { name: 'GoneError', message: expect.stringContaining('only those after 3') }
      await expect(follow(1)).rejects.toMatchObject(gone)
      const request = { after: 1, types: undefined, limit: 10 }
      await expect(feeds.page(producer, request)).rejects.toMatchObject(gone)
      expect(namesOf(await feeds.page(producer, { ...request, after: 3 }))).toEqual(['d'])
      expect(namesOf(await feeds.page(producer, { ...request, after: 'oldest' }))).toEqual(['d'])
    })

    if (severalProcesses) {
      test('tells what other processes do', async () => {
        const other = await opened.open()
        const pages = await follow('now')
        await pages.next()
        for (let i = 0; i < 5; i++) {
          await happen(`there ${i}`, other.records)
          expect(await nextNames(pages)).toEqual([`there ${i}`])
        }
      })
    }
  })
}

describeFeeds(
  'SQLite',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'feeds-'))
    const url = `sqlite:${join(directory, 'vitrine.sqlite')}`
    return { url, close: () => rm(directory, { recursive: true }) }
  },
  false,
)

describePostgres('with a server', () => {
  describeFeeds(
    'PostgreSQL',
    async () => ({ url: await freshPostgresDatabase(), close: async () => {} }),
    true,
  )
})
