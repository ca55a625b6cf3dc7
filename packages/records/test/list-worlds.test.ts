/**
 * A list shows exactly what the rule allows, in exactly its order, in any world.
 *
 * The core and its SQL on the one side, on the other the oracle of the conformance package, which
 * knows neither. LIST_WORLDS says how many worlds to try, if not the few of every day.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectedList, oneStore, someMember } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import {
  type Actor,
  defaultLimits,
  type Image,
  Images,
  LooseObjects,
  systemClock,
  withEvents,
} from '@vitrine/core'
import { MemoryObjectStore } from '@vitrine/objects'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, imageRecords, openDatabase } from '../src/index.ts'
import { type Question, question, type WorldImage, world } from './list-worlds.ts'

const worlds = Number(process.env.LIST_WORLDS ?? 60)
const questionsPerWorld = 12

function describeLists(name: string, makeUrl: () => Promise<string>): void {
  describe(name, () => {
    let database: Database
    let images: Images

    beforeAll(async () => {
      database = await openDatabase(await makeUrl())
      images = imagesOn(database)
    })
    afterAll(() => database[Symbol.asyncDispose]())

    test('every list shows what the rule allows and nothing else, in its order', async () => {
      let listed = 0
      const questions = fc.array(question, {
        minLength: questionsPerWorld,
        maxLength: questionsPerWorld,
      })
      await fc.assert(
        fc.asyncProperty(world, questions, async (inWorld, asked) => {
          await create(database, inWorld)
          for (const one of asked) {
            const shown = await everyPage(images, one)
            expect(shown.map(({ id }) => id)).toEqual(expectedIds(inWorld, one))
            listed += shown.length
          }
        }),
        { numRuns: worlds },
      )
      // Worlds in which nobody sees anything would prove nothing.
      expect(listed).toBeGreaterThan(worlds * questionsPerWorld)
    }, 600_000)
  })
}

describeLists('on SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lists-'))
  afterAll(() => rm(directory, { recursive: true }))
  return `sqlite:${join(directory, 'vitrine.sqlite')}`
})

describePostgres('with a server', () => describeLists('on PostgreSQL', freshPostgresDatabase))

function imagesOn(database: Database): Images {
  const records = withEvents(imageRecords(database), systemClock)
  const looseObjects = new LooseObjects({
    records,
    stores: oneStore(new MemoryObjectStore()),
    clock: systemClock,
    onError: rethrow,
  })
  return new Images({ records, looseObjects, clock: systemClock, limits: defaultLimits })
}

/** In place of the world before. The port cannot empty a database: the ids of images are burnt. */
async function create(database: Database, inWorld: readonly WorldImage[]): Promise<void> {
  await database.write(async (queries) => {
    for (const table of ['images', 'list_entries', 'members'] as const) {
      await queries.deleteFrom(table).execute()
    }
  })
  await imageRecords(database).write(async (transaction) => {
    for (const [i, { image, members, deleted }] of inWorld.entries()) {
      // Every other image was like another one before it became what it is.
      const first = i % 2 === 0 ? image : { ...pick(inWorld, i * 7).image, id: image.id }
      await transaction.insertImage(first)
      for (const { projectId, status, removed } of members) {
        await transaction.insertMember(someMember(image.id, { projectId, status }))
        if (removed) await transaction.deleteMember(image.id, projectId, image.updatedAt)
      }
      if (first !== image) await transaction.saveImage(image)
      if (deleted) await transaction.deleteImage(image.id, image.updatedAt)
    }
  })
}

function pick<T>(all: readonly T[], index: number): T {
  const one = all[index % all.length]
  if (one === undefined) throw new Error('There is nothing to pick from')
  return one
}

async function everyPage(images: Images, question: Question): Promise<readonly Image[]> {
  const { caller, ...request } = question
  const roles = caller.isAdmin ? ['admin', 'member', 'reader'] : ['member', 'reader']
  const actor: Actor = { userId: 'user', projectId: caller.projectId, roles: new Set(roles) }
  const all: Image[] = []
  let marker: string | undefined
  while (all.length < 1000) {
    const page = await images.list(actor, { ...request, ...(marker !== undefined && { marker }) })
    all.push(...page)
    marker = page.at(-1)?.id
    if (marker === undefined) return all
  }
  throw new Error('The list has no end')
}

function expectedIds(inWorld: readonly WorldImage[], question: Question): string[] {
  const listable = inWorld
    .filter(({ deleted }) => !deleted)
    .map(({ image, members }) => ({
      image,
      answer: members.find(
        ({ projectId, removed }) => projectId === question.caller.projectId && !removed,
      )?.status,
    }))
  return expectedList(listable, question).map(({ id }) => id)
}

function rethrow(error: unknown): never {
  throw error
}
