/** The core's driver of consumers, on real outboxes: nothing is lost, and nothing overtakes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import {
  type Event,
  EventConsumer,
  type Pauses,
  type Records,
  systemClock,
  withEvents,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openings } from './openings.ts'

const pauses = { idleMs: 20, takeOverMs: 20, retryMs: 5, longestRetryMs: 50 }

function describeConsumers(
  name: string,
  freshUrl: () => Promise<{ url: string; close: () => Promise<void> }>,
  severalProcesses: boolean,
) {
  describe(`a consumer on ${name}`, () => {
    let opened: ReturnType<typeof openings>
    let close: () => Promise<void>
    let records: Records
    let consumers: AsyncDisposableStack

    beforeEach(async () => {
      const fresh = await freshUrl()
      opened = openings(fresh.url)
      close = fresh.close
      consumers = new AsyncDisposableStack()
      records = (await opened.open()).records
    })
    afterEach(async () => {
      await consumers.disposeAsync()
      await opened.closeAll()
      await close()
    })

    function consume(
      deliver: (events: readonly Event[]) => Promise<void> | void,
      outbox: Records = records,
      paused: Partial<Pauses> = pauses,
    ) {
      const errors: unknown[] = []
      const consumer = consumers.use(
        new EventConsumer({
          outbox,
          name: 'test',
          deliver: async (events) => deliver(events),
          onError: (error) => errors.push(error),
          pauses: paused,
        }),
      )
      return { consumer, errors }
    }

    /** @returns the image's name, by which its event is known. */
    async function happen(name: string, on: Records = records): Promise<string> {
      await withEvents(on, systemClock).write((transaction) =>
        transaction.insertImage(someImage({ name })),
      )
      return name
    }

    const namesOf = (events: readonly Event[]) =>
      events.map(({ payload }) => ('image' in payload ? payload.image.name : null))

    /** A consumer begins with what comes after its first claim. */
    async function begun(names: (string | null)[]) {
      for (let round = 0; names.length === 0; round++) {
        await happen(`first ${round}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }

    test('gets every event, in order', async () => {
      const seen: (string | null)[] = []
      consume((events) => void seen.push(...namesOf(events)))
      await begun(seen)
      seen.length = 0
      for (let i = 0; i < 250; i++) await happen(`${i}`)
      await expect.poll(() => seen.at(-1)).toBe('249')
      const expected = Array.from({ length: 250 }, (_, i) => `${i}`)
      expect(seen.filter((name) => !name?.startsWith('first'))).toEqual(expected)
    })

    test('gets again what could not be delivered, before all that came later', async () => {
      const seen: (string | null)[] = []
      let failures = 0
      const { errors } = consume((events) => {
        const names = namesOf(events)
        if (names.includes('hard') && failures < 3) {
          failures += 1
          throw new Error('the receiver is away')
        }
        seen.push(...names)
      })
      await begun(seen)
      await happen('hard')
      await happen('later')
      await expect.poll(() => seen.at(-1)).toBe('later')
      expect(errors).toHaveLength(3)
      expect(seen.slice(-2)).toEqual(['hard', 'later'])
    })

    test('waits for a new failure as briefly as for the first, once something was delivered', async () => {
      const seen: (string | null)[] = []
      let away = false
      const { errors } = consume(
        (events) => {
          if (away) throw new Error('the receiver is away')
          seen.push(...namesOf(events))
        },
        records,
        { ...pauses, retryMs: 1, longestRetryMs: 600_000 },
      )
      await begun(seen)
      // Were the tenth pause not the first again, it would take a second, and the twentieth a quarter of an hour.
      for (let outage = 0; outage < 20; outage++) {
        away = true
        const failedBefore = errors.length
        const name = await happen(`outage ${outage}`)
        await expect.poll(() => errors.length, { interval: 1 }).toBeGreaterThan(failedBefore)
        away = false
        await expect.poll(() => seen.at(-1), { interval: 1, timeout: 20_000 }).toBe(name)
      }
    }, 60_000)

    test('goes on where the one before it ended', async () => {
      const first: (string | null)[] = []
      const { consumer } = consume((events) => void first.push(...namesOf(events)))
      await begun(first)
      await consumer[Symbol.asyncDispose]()
      const had = [...first]
      await happen('meanwhile')
      const second: (string | null)[] = []
      consume((events) => void second.push(...namesOf(events)))
      await expect.poll(() => second.at(-1)).toBe('meanwhile')
      expect(second.filter((name) => had.includes(name))).toEqual([])
      expect(first).toEqual(had)
    })

    test('what was delivered and not acknowledged comes again, with the id it had', async () => {
      const ids: string[] = []
      let broken = false
      const outbox: Records = {
        ...records,
        async acknowledgeEvents(name, place) {
          if (broken) throw new Error('the database is away')
          return records.acknowledgeEvents(name, place)
        },
      }
      const seen: (string | null)[] = []
      consume((events) => {
        ids.push(...events.map(({ id }) => id))
        seen.push(...namesOf(events))
      }, outbox)
      await begun(seen)
      broken = true
      await happen('twice')
      await expect.poll(() => seen.filter((name) => name === 'twice').length).toBeGreaterThan(1)
      broken = false
      expect(new Set(ids.filter((_, i) => seen[i] === 'twice')).size).toBe(1)
    })

    if (severalProcesses) {
      test('is driven by one process, and by another when that is gone', async () => {
        const other = await opened.open()
        const here: (string | null)[] = []
        const there: (string | null)[] = []
        const { consumer } = consume((events) => void here.push(...namesOf(events)))
        await begun(here)
        consume((events) => void there.push(...namesOf(events)), other.records)
        for (let i = 0; i < 20; i++) await happen(`${i}`, i % 2 === 0 ? records : other.records)
        await expect.poll(() => here.at(-1)).toBe('19')
        expect(there).toEqual([])
        await consumer[Symbol.asyncDispose]()
        await happen('after')
        await expect.poll(() => there).toEqual(['after'])
      })
    }
  })
}

describeConsumers(
  'SQLite',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'consumers-'))
    const url = `sqlite:${join(directory, 'vitrine.sqlite')}`
    return { url, close: () => rm(directory, { recursive: true }) }
  },
  false,
)

describePostgres('with a server', () => {
  describeConsumers(
    'PostgreSQL',
    async () => ({ url: await freshPostgresDatabase(), close: async () => {} }),
    true,
  )
})
