/** Every promise `Records` makes of events, as tests: none is lost or skipped, each reader has all. */
import { randomUUID } from 'node:crypto'
import { type Event, imageFacts, type Records, toEvent } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenRecords, RecordsHarness } from './records.ts'
import { someImage } from './some-image.ts'

const long = new Date('2030-01-01T00:00:00.000Z')

/** An event that is told apart from others by the name of its image. */
export function someEvent(name: string, at = long): Event {
  const payload = { image: imageFacts(someImage({ name })) }
  return toEvent({ type: 'image.create', payload }, { id: randomUUID(), at, actor: null })
}

/** The name that `someEvent` was given. */
export function nameOf(event: Event): string | null {
  return 'image' in event.payload ? event.payload.image.name : null
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeEventOutbox(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about events`, () => {
    let harness: RecordsHarness
    let open: OpenRecords
    let records: Records

    beforeEach(async () => {
      harness = await makeHarness()
      open = await harness.open()
      records = open.records
    })
    afterEach(() => harness.close())

    const write = (...names: string[]) =>
      records.write((transaction) => transaction.insertEvents(names.map((one) => someEvent(one))))

    test('come to a consumer from its first claim on, in order and with all they say', async () => {
      await write('before')
      expect(await records.claimConsumer('mail')).toBe(true)
      const event: Event = {
        ...someEvent('first'),
        actor: { userId: 'somebody', projectId: null },
        projectIds: ['producer', 'consumer'],
      }
      await records.write((transaction) => transaction.insertEvents([event]))
      await write('second', 'third')
      const events = (await records.nextEvents('mail', 10)) ?? []
      expect(events.map((placed) => nameOf(placed.event))).toEqual(['first', 'second', 'third'])
      expect(events[0]?.event).toEqual(event)
      expect(await namesFor('mail', records, 2)).toEqual(['first', 'second'])
    })

    test('of a work that throws never were', async () => {
      await records.claimConsumer('mail')
      const failing = records.write(async (transaction) => {
        await transaction.insertEvents([someEvent('undone')])
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      await write('done')
      expect(await namesFor('mail', records)).toEqual(['done'])
    })

    test('are given again until they are acknowledged, to each consumer by itself', async () => {
      await records.claimConsumer('mail')
      await records.claimConsumer('log')
      await write('first', 'second')
      const [first] = (await records.nextEvents('mail', 10)) ?? []
      expect(await records.acknowledgeEvents('mail', first?.place ?? 0)).toBe(true)
      expect(await namesFor('mail', records)).toEqual(['second'])
      expect(await namesFor('log', records)).toEqual(['first', 'second'])
    })

    test('that a consumer has not had are its backlog, with the time of the first', async () => {
      await records.claimConsumer('mail')
      await records.claimConsumer('log')
      expect(await records.backlogs(['mail', 'log', 'nobody'])).toEqual([
        { consumer: 'log', events: 0, oldest: undefined },
        { consumer: 'mail', events: 0, oldest: undefined },
      ])
      const at = (name: string, seconds: number) =>
        someEvent(name, new Date(long.getTime() + seconds * 1000))
      await records.write((transaction) =>
        transaction.insertEvents([at('first', 1), at('second', 2)]),
      )
      // Nobody has read them, so that they have no place yet.
      const both = { events: 2, oldest: new Date('2030-01-01T00:00:01.000Z') }
      expect(await records.backlogs(['mail'])).toEqual([{ consumer: 'mail', ...both }])

      const [first] = (await records.nextEvents('mail', 10)) ?? []
      await records.acknowledgeEvents('mail', first?.place ?? 0)
      expect(await records.backlogs(['mail', 'log'])).toEqual([
        { consumer: 'log', ...both },
        { consumer: 'mail', events: 1, oldest: new Date('2030-01-01T00:00:02.000Z') },
      ])
    })

    test('that are committed late come late, and are not skipped', async () => {
      await records.claimConsumer('mail')
      const { promise: written, resolve: say } = Promise.withResolvers<void>()
      const { promise: goOn, resolve: end } = Promise.withResolvers<void>()
      // An embedded database commits in order: there nothing can overtake what waits.
      if (!harness.severalProcesses) end()
      const late = records.write(async (transaction) => {
        await transaction.insertEvents([someEvent('late')])
        say()
        await goOn
      })
      await written
      await write('early')
      const seen = await namesFor('mail', records)
      const [last] = ((await records.nextEvents('mail', 10)) ?? []).slice(-1)
      await records.acknowledgeEvents('mail', last?.place ?? 0)
      end()
      await late
      const rest = await namesFor('mail', records)
      expect([...(seen ?? []), ...(rest ?? [])].toSorted()).toEqual(['early', 'late'])
    })

    test('are each given a place of their own when many are written and read at once', async () => {
      await records.claimConsumer('mail')
      const names = Array.from({ length: 30 }, (_, number) => `${number}`)
      const [many] = await Promise.all([
        Promise.all(names.map((name) => write(name))),
        ...names.map(() => records.eventsAfter(0, 100)),
      ])
      expect(many).toHaveLength(30)
      const events = (await records.nextEvents('mail', 100)) ?? []
      expect(new Set(events.map(({ place }) => place)).size).toBe(30)
      expect(events.map(({ event }) => nameOf(event)).toSorted()).toEqual(names.toSorted())
    })

    test('are given at once, also while more and more are written', async () => {
      await records.claimConsumer('mail')
      await write('first')
      let isRead = false
      const writer = async () => {
        for (let more = 0; !isRead && more < 1000; more++) await write(`${more}`)
        return isRead
      }
      const writers = [writer(), writer(), writer()]
      const events = (await records.nextEvents('mail', 1)) ?? []
      isRead = true
      expect(events.map(({ event }) => nameOf(event))).toEqual(['first'])
      expect(await Promise.all(writers)).toEqual([true, true, true])
    })

    test('are not given to who does not drive the consumer, nor acknowledged by it', async () => {
      expect(await records.nextEvents('mail', 10)).toBeUndefined()
      expect(await records.acknowledgeEvents('mail', 1)).toBe(false)
      await records.claimConsumer('mail')
      await records.releaseConsumer('mail')
      expect(await records.nextEvents('mail', 10)).toBeUndefined()
    })

    test('are driven by one living process, and by another after that', async () => {
      expect(await records.claimConsumer('mail')).toBe(true)
      expect(await records.claimConsumer('mail')).toBe(true)
      if (!harness.severalProcesses) return
      const { records: another } = await harness.open()
      expect(await another.claimConsumer('mail')).toBe(false)
      await write('kept')
      expect(await another.nextEvents('mail', 10)).toBeUndefined()
      await records.releaseConsumer('mail')
      expect(await another.claimConsumer('mail')).toBe(true)
      expect(await namesFor('mail', another)).toEqual(['kept'])
    })

    test('wait for the process that takes over when the one before is gone', async () => {
      await records.claimConsumer('mail')
      await write('first', 'second')
      const [first] = (await records.nextEvents('mail', 10)) ?? []
      await records.acknowledgeEvents('mail', first?.place ?? 0)
      await open.close()
      const { records: next } = await harness.open()
      await expect.poll(() => next.claimConsumer('mail')).toBe(true)
      expect(await namesFor('mail', next)).toEqual(['second'])
    })

    test('are forgotten when they are old and every consumer has had them', async () => {
      await records.claimConsumer('mail')
      await write('first', 'second')
      const recent = someEvent('recent', new Date(long.getTime() + 1))
      await records.write((transaction) => transaction.insertEvents([recent]))
      const after = new Date(long.getTime() + 1)
      const [first] = (await records.nextEvents('mail', 10)) ?? []
      await records.acknowledgeEvents('mail', first?.place ?? 0)
      expect(await records.forgetEvents(after, ['mail', 'never began'])).toBe(1)
      expect(await namesFor('mail', records)).toEqual(['second', 'recent'])
      expect(await records.forgetEvents(after, [])).toBe(1)
      expect(await namesFor('mail', records)).toEqual(['recent'])
    })

    test('are told of once they are committed, until nobody listens any more', async () => {
      let told = 0
      const listening = records.onEvents(() => told++)
      await records.write(async (transaction) => {
        await transaction.insertEvents([someEvent('one')])
        expect(told).toBe(0)
      })
      expect(told).toBe(1)
      listening[Symbol.dispose]()
      await write('two')
      expect(told).toBe(1)
    })
  })
}

async function namesFor(consumer: string, records: Records, limit = 10) {
  const events = await records.nextEvents(consumer, limit)
  return events?.map(({ event }) => nameOf(event))
}
