/** What is seen of SQLite in a turn of the event loop, and when it is seen anew. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { someImage } from '@vitrine/conformance'
import { expect, onTestFinished, test } from 'vitest'
import { imageRecords, openDatabase } from '../src/index.ts'
import { SharedLook } from '../src/shared-look.ts'

async function newPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'records-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return join(directory, 'vitrine.sqlite')
}

/** One connection that writes numbers, and one that reads through a look. */
async function openBoth() {
  const path = await newPath()
  const writing = new DatabaseSync(path)
  writing.exec('pragma journal_mode = wal; create table numbers (number integer)')
  const reading = new DatabaseSync(path, { readOnly: true })
  const look = new SharedLook(reading)
  const count = reading.prepare('select count(*) as count from numbers')
  const read = () => {
    look.begin()
    return count.get()?.count
  }
  const write = () => writing.exec('insert into numbers values (1)')
  onTestFinished(() => {
    look.end()
    reading.close()
    writing.close()
  })
  return { look, read, write, writing, reading }
}

test('all reads of a turn look at the same state, and the next turn looks anew', async () => {
  const { read, write } = await openBoth()
  expect(read()).toBe(0)
  write()
  await Promise.resolve()
  expect(read()).toBe(0)
  await nextTurn()
  expect(read()).toBe(1)
})

test('a look that is ended is followed by a new one in the same turn', async () => {
  const { look, read, write } = await openBoth()
  expect(read()).toBe(0)
  write()
  look.end()
  expect(read()).toBe(1)
})

test('nobody looks once a turn is over: the log of the database can begin anew', async () => {
  const { read, write, writing } = await openBoth()
  const carryOver = () => writing.prepare('pragma wal_checkpoint(truncate)').get()
  read()
  write()
  expect(carryOver()).toMatchObject({ busy: 1 })
  await nextTurn()
  expect(carryOver()).toMatchObject({ busy: 0, log: 0 })
})

test('a look that a failing disk has ended is no trouble', async () => {
  const { look, read, reading } = await openBoth()
  read()
  reading.exec('rollback')
  look.end()
  expect(read()).toBe(0)
})

test('whoever is told of a commit sees it, also where others look all the time', async () => {
  await using database = await openDatabase(`sqlite:${await newPath()}`)
  const records = imageRecords(database)
  let looking = true
  const others = (async () => {
    for (const id = crypto.randomUUID(); looking; ) {
      for (let reads = 0; reads < 20; reads++) await records.findImage(id)
      await nextTurn()
    }
  })()
  for (let i = 0; i < 200; i++) {
    const image = someImage()
    await records.write(async (transaction) => {
      await records.findImage(image.id)
      await transaction.insertImage(image)
    })
    expect(await records.findImage(image.id)).toEqual(image)
  }
  looking = false
  await others
})
