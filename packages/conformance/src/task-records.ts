/**
 * Every promise `Records` makes of tasks, as tests: who gets which, who may still change it, lists.
 *
 * Openings stand for processes: one that is closed has died, as far as the records can tell.
 */
import { randomUUID } from 'node:crypto'
import {
  type Records,
  type Task,
  type TaskListQuery,
  taskSortFields,
  taskStatuses,
  taskTypes,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenRecords, RecordsHarness } from './records.ts'

const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms)
const now = at(1_000_000)

/** A task that waits. */
export function someTask(changes: Partial<Task> = {}): Task {
  return {
    id: randomUUID(),
    type: 'api_image_import',
    status: 'pending',
    owner: 'producer',
    userId: 'a user',
    imageId: randomUUID(),
    requestId: 'req-1',
    input: {},
    result: null,
    message: '',
    attempts: 0,
    createdAt: at(0),
    updatedAt: at(0),
    expiresAt: null,
    ...changes,
  }
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeTaskRecords(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about tasks`, () => {
    let harness: RecordsHarness
    let open: OpenRecords
    let records: Records

    beforeEach(async () => {
      harness = await makeHarness()
      open = await harness.open()
      records = open.records
    })
    afterEach(() => harness.close())

    const keep = (...tasks: Task[]) =>
      records.write(async (transaction) => {
        for (const task of tasks) await transaction.insertTask(task)
      })
    const save = (task: Task, by = records) => by.write((transaction) => transaction.saveTask(task))

    async function claimed(by = records): Promise<Task> {
      const task = await by.claimTask(now)
      if (task === undefined) throw new Error('There was no task to claim')
      return task
    }

    /** The process dies; another opens the same records. */
    async function takeOver(): Promise<Records> {
      await open.close()
      open = await harness.open()
      records = open.records
      return records
    }

    const odd = someTask({
      owner: null,
      imageId: null,
      requestId: null,
      input: { nested: [{ text: "ünïcödé 👩‍👩‍👧 '; drop table tasks; --" }, null, 1.5] },
      message: 'a\nb',
      createdAt: at(-1),
    })

    test('insertTask() keeps every field', async () => {
      const full = someTask({
        status: 'success',
        result: { image_id: 'an image' },
        attempts: 2,
        updatedAt: at(1),
        expiresAt: at(2),
      })
      await keep(odd, full)
      expect(await records.findTask(odd.id)).toEqual(odd)
      expect(await records.findTask(full.id)).toEqual(full)
      expect(await records.findTask(randomUUID())).toBeUndefined()
    })

    test('insertTask() keeps nothing when its transaction fails', async () => {
      const task = someTask()
      const failing = records.write(async (transaction) => {
        await transaction.insertTask(task)
        throw new Error('changed its mind')
      })
      await expect(failing).rejects.toThrow('changed its mind')
      expect(await records.claimTask(now)).toBeUndefined()
    })

    describe('saveTask()', () => {
      test('keeps how far a task has come, and nothing else of it', async () => {
        const task = someTask()
        await keep(task)
        const end = {
          status: 'failure',
          result: { why: 'not' },
          message: 'it failed',
          updatedAt: at(5),
          expiresAt: at(6),
        } as const
        const changed = { ...task, ...end, owner: 'another', input: { changed: true } }
        expect(await save(changed)).toBe(true)
        expect(await records.findTask(task.id)).toEqual({ ...task, ...end })
      })

      test('says false of a task that has ended, and leaves it as it ended', async () => {
        await keep(someTask())
        const task = await claimed()
        const ended = { ...task, status: 'success', result: { image_id: 'an image' } } as const
        expect(await save(ended)).toBe(true)
        expect(await save({ ...task, status: 'failure', message: 'too late' })).toBe(false)
        expect(await save({ ...task, message: 'too late' })).toBe(false)
        expect(await records.findTask(task.id)).toEqual(ended)
        expect(await save(someTask())).toBe(false)
      })

      test('is heard once when many end a task at the same time', async () => {
        await keep(someTask())
        const task = await claimed()
        const ends = await Promise.all(
          ['a', 'b', 'c'].map((message) => save({ ...task, status: 'failure', message })),
        )
        expect(ends.filter(Boolean)).toHaveLength(1)
      })

      test('says false when another process has begun the task anew', async () => {
        await keep(someTask())
        const before = await claimed()
        const again = await claimed(await takeOver())
        expect(await save({ ...before, status: 'success' })).toBe(false)
        expect(await records.findTask(again.id)).toEqual(again)
        expect(await save({ ...again, status: 'success' })).toBe(true)
      })
    })

    describe('claimTask()', () => {
      test('gives the oldest task that waits, with its attempt counted, and then none', async () => {
        const ended = someTask({ status: 'success', createdAt: at(0) })
        const [first, second] = [1, 2].map((ms) => someTask({ createdAt: at(ms) }))
        if (first === undefined || second === undefined) throw new Error('no tasks')
        await keep(ended, second, first)
        const taken = { ...first, status: 'processing', attempts: 1, updatedAt: now }
        expect(await records.claimTask(now)).toEqual(taken)
        expect(await records.findTask(first.id)).toEqual(taken)
        expect((await claimed()).id).toBe(second.id)
        expect(await records.claimTask(now)).toBeUndefined()
      })

      test('gives each task to one of many that ask at the same time, in every process', async () => {
        const others = harness.severalProcesses ? [await harness.open(), await harness.open()] : []
        const processes = [open, ...others].map((one) => one.records)
        const tasks = Array.from({ length: 40 }, (_, i) => someTask({ createdAt: at(i) }))
        await keep(...tasks)
        const workers = processes.flatMap((process) => [process, process, process, process])
        const taken = await Promise.all(
          workers.map(async (process) => {
            const mine: string[] = []
            for (let misses = 0; misses < 3; ) {
              const task = await process.claimTask(now)
              if (task === undefined) misses += 1
              else mine.push(task.id)
            }
            return mine
          }),
        )
        expect(taken.flat().toSorted()).toEqual(tasks.map(({ id }) => id).toSorted())
      })

      test('never gives away what a process has just claimed that has just begun', async ({
        skip,
      }) => {
        if (!harness.severalProcesses) skip('one process has an embedded database to itself')
        // Looks all the while, as a process does that was there before the others.
        let looking = true
        const stolen: Task[] = []
        const watch = Array.from({ length: 30 }, async () => {
          while (looking) {
            const task = await records.claimTask(now)
            if (task !== undefined) stolen.push(task)
          }
        })
        for (let i = 0; i < 10; i += 1) {
          const newcomer = await harness.open()
          const mine = someTask()
          await newcomer.records.write((transaction) =>
            transaction.insertTask(mine, 'this process'),
          )
          expect(await newcomer.records.claimTask(now)).toMatchObject({ id: mine.id, attempts: 1 })
        }
        looking = false
        await Promise.all(watch)
        expect(stolen).toEqual([])
      })

      test('gives what a dead process was at, with one more attempt', async () => {
        await keep(someTask())
        await claimed()
        const second = await claimed(await takeOver())
        const third = await claimed(await takeOver())
        expect([second.attempts, third.attempts]).toEqual([2, 3])
        expect(await records.claimTask(now)).toBeUndefined()
      })

      test('gives what a dead process was at to one of the living', async ({ skip }) => {
        if (!harness.severalProcesses) skip('one process has an embedded database to itself')
        await keep(someTask())
        await claimed()
        const heirs = [await harness.open(), await harness.open(), await harness.open()]
        for (const heir of heirs) expect(await heir.records.claimTask(now)).toBeUndefined()
        await open.close()
        const taken = await Promise.all(heirs.map((heir) => heir.records.claimTask(now)))
        expect(taken.filter((task) => task !== undefined)).toHaveLength(1)
      })

      test('keeps a task for the process that it waits for, until that dies', async () => {
        const task = someTask()
        await records.write((transaction) => transaction.insertTask(task, 'this process'))
        if (harness.severalProcesses) {
          const another = await harness.open()
          expect(await another.records.claimTask(now)).toBeUndefined()
        }
        expect(await (await takeOver()).claimTask(now)).toMatchObject({ id: task.id, attempts: 1 })
      })

      test('gives the process the task that waits for it', async () => {
        const task = someTask()
        await records.write((transaction) => transaction.insertTask(task, 'this process'))
        expect((await claimed()).id).toBe(task.id)
        expect(await records.claimTask(now)).toBeUndefined()
      })
    })

    describe('releaseTask()', () => {
      test('lets the task wait again, as if it had not been begun', async () => {
        await keep(someTask())
        const task = await claimed()
        await records.releaseTask(task.id)
        expect(await records.findTask(task.id)).toMatchObject({ status: 'pending', attempts: 0 })
        expect(await claimed()).toMatchObject({ id: task.id, attempts: 1 })
      })

      test('lets any process take what waited for this one', async () => {
        await records.write((t) => t.insertTask(someTask(), 'this process'))
        const task = await claimed()
        await records.releaseTask(task.id)
        const { records: any } = harness.severalProcesses ? await harness.open() : open
        expect((await claimed(any)).id).toBe(task.id)
      })

      test('is quiet about a task that has ended, or that another process holds', async () => {
        await keep(someTask())
        const task = await claimed()
        if (harness.severalProcesses) {
          const another = await harness.open()
          await another.records.releaseTask(task.id)
          expect(await records.findTask(task.id)).toEqual(task)
        }
        const ended = { ...task, status: 'success' } as const
        await save(ended)
        await records.releaseTask(task.id)
        expect(await records.findTask(task.id)).toEqual(ended)
      })
    })

    test('forgetExpiredTasks() removes what has expired, and nothing else', async () => {
      const past = someTask({ status: 'success', expiresAt: at(-1) })
      const kept = [someTask({ status: 'success', expiresAt: at(0) }), someTask()]
      await keep(past, ...kept)
      await records.forgetExpiredTasks(at(0))
      expect(await records.findTask(past.id)).toBeUndefined()
      for (const task of kept) expect(await records.findTask(task.id)).toEqual(task)
    })

    test('listTasksOfImage() shows the tasks of one image, the oldest first', async () => {
      const imageId = randomUUID()
      const tasks = [3, 1, 2].map((ms) => someTask({ imageId, createdAt: at(ms) }))
      await keep(someTask(), ...tasks)
      const times = (await records.listTasksOfImage(imageId)).map(({ createdAt }) => createdAt)
      expect(times).toEqual([at(1), at(2), at(3)])
      expect(await records.listTasksOfImage(randomUUID())).toEqual([])
    })

    describe('listTasks()', () => {
      const tasks = Array.from({ length: 40 }, (_, i) =>
        someTask({
          type: pick(taskTypes, i),
          status: pick(taskStatuses, i),
          owner: pick([null, '', 'a', 'B', 'é', '𝒳', '～'], i),
          createdAt: at(i % 5),
          updatedAt: at(i % 3),
          // Some have expired, some are about to.
          expiresAt: pick([null, at(999_999), now, at(1_000_001)], i * 3),
        }),
      )
      const shown = tasks.filter(({ expiresAt }) => expiresAt === null || expiresAt >= now)

      const everything: TaskListQuery = {
        now,
        sort: { field: 'createdAt', direction: 'desc' },
        after: undefined,
        limit: 1000,
      }
      const idsOf = async (query: Partial<TaskListQuery>) =>
        (await records.listTasks({ ...everything, ...query })).map(({ id }) => id)
      const matching = (matches: (task: Task) => boolean) =>
        shown
          .filter(matches)
          .map(({ id }) => id)
          .toSorted()

      beforeEach(() => keep(...tasks))

      test('filters by status, type and owner, and leaves out what has expired', async () => {
        expect((await idsOf({})).toSorted()).toEqual(matching(() => true))
        for (const status of taskStatuses) {
          const ids = await idsOf({ status })
          expect(ids.toSorted()).toEqual(matching((task) => task.status === status))
        }
        for (const type of taskTypes) {
          const ids = await idsOf({ type })
          expect(ids.toSorted()).toEqual(matching((task) => task.type === type))
        }
        for (const owner of ['', 'a', 'b', '𝒳']) {
          const ids = await idsOf({ owner })
          expect(ids.toSorted()).toEqual(matching((task) => task.owner === owner))
        }
      })

      const orders = taskSortFields.flatMap((field) =>
        (['asc', 'desc'] as const).map((direction) => ({ field, direction })),
      )
      test.each(orders)('sorts by $field, $direction, on pages of any size', async (sort) => {
        const order = (a: Task, b: Task) =>
          byBytes(keyOf(a, sort.field), keyOf(b, sort.field)) || byBytes(a.id, b.id)
        const expected = shown.toSorted((a, b) =>
          sort.direction === 'asc' ? order(a, b) : order(b, a),
        )
        for (const limit of [1, 7, 100]) {
          const seen: Task[] = []
          for (;;) {
            const page = await records.listTasks({ ...everything, sort, limit, after: seen.at(-1) })
            seen.push(...page)
            if (page.length < limit) break
          }
          expect(seen).toEqual(expected)
        }
      })
    })
  })
}

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length]
  if (value === undefined) throw new Error('There is nothing to pick from')
  return value
}

/** What is missing sorts as the empty text, and a missing end as zero. */
function keyOf(task: Task, field: (typeof taskSortFields)[number]): string | number {
  const value = task[field]
  if (value instanceof Date) return value.getTime()
  return value ?? (field === 'expiresAt' ? 0 : '')
}

function byBytes(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
