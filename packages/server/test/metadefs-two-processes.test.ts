/** Two processes of the service on one PostgreSQL change one namespace of metadata definitions. */
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { expect, test } from 'vitest'
import { atOnce, countOf } from './at-once.ts'
import type { Answer } from './http-client.ts'
import { newPlace, type Running, start } from './start-process.ts'

const root = '/v2/metadefs/namespaces'

describePostgres('two processes that change one namespace', () => {
  async function startTwo() {
    const settings = { VITRINE_DATABASE__URL: await freshPostgresDatabase() }
    const first = await start(await newPlace(settings))
    const second = await start(await newPlace(settings))
    /** Twenty calls at once, half of them to each process. */
    const twenty = (call: (process: Running, i: number) => Promise<Answer>) =>
      atOnce(20, (i) => call(i % 2 === 0 ? first : second, i))
    return { first, second, twenty }
  }

  test('make it once, and what stands in it once', async () => {
    const { first, second, twenty } = await startTwo()
    const created = await twenty((process) => process.ask('POST', root, { namespace: 'One' }))
    expect(countOf(created)).toEqual({ 201: 1, 409: 19 })
    const property = { name: 'p', type: 'string', title: 'P' }
    const adds = [
      ['properties', property],
      ['objects', { name: 'o' }],
      ['tags/t', undefined],
      ['resource_types', { name: 'R' }],
    ] as const
    for (const [path, body] of adds) {
      const added = await twenty((process) => process.ask('POST', `${root}/One/${path}`, body))
      expect([path, countOf(added)]).toEqual([path, { 201: 1, 409: 19 }])
    }
    const [one, other] = [
      await first.ask('GET', `${root}/One`),
      await second.ask('GET', `${root}/One`),
    ]
    expect(one.body).toEqual(other.body)
    expect(one.body.tags).toEqual([{ name: 't' }])
  })

  test('give it one of several new names, and each name to one', async () => {
    const { first, twenty } = await startTwo()
    await first.ask('POST', root, { namespace: 'Old' })
    const renamed = await twenty((process, i) =>
      process.ask('PUT', `${root}/Old`, { namespace: `New ${i}` }),
    )
    expect(countOf(renamed)).toEqual({ 200: 1, 404: 19 })
    for (let i = 0; i < 20; i++) await first.ask('POST', root, { namespace: `Many ${i}` })
    const claimed = await twenty((process, i) =>
      process.ask('PUT', `${root}/Many ${i}`.replace(' ', '%20'), { namespace: 'Wanted' }),
    )
    expect(countOf(claimed)).toEqual({ 200: 1, 409: 19 })
  })

  test('replace its tags whole, never mixed', async () => {
    const { first, twenty } = await startTwo()
    await first.ask('POST', root, { namespace: 'Tags' })
    const replaced = await twenty((process, i) =>
      process.ask('POST', `${root}/Tags/tags`, { tags: [{ name: `a${i}` }, { name: `b${i}` }] }),
    )
    expect(countOf(replaced)).toEqual({ 201: 20 })
    const { body } = await first.ask('GET', `${root}/Tags/tags`)
    const names = body.tags.map(({ name }: { name: string }) => name)
    expect(names).toHaveLength(2)
    expect(names[0].slice(1)).toBe(names[1].slice(1))
  })

  test('delete it while it is filled, and leave nothing', async () => {
    const { first, second, twenty } = await startTwo()
    const tags = Array.from({ length: 3000 }, (_, i) => ({ name: `tag ${i}` }))
    await first.ask('POST', root, { namespace: 'Doomed', tags })
    const answers = await twenty((process, i) =>
      i === 7 || i === 8
        ? process.ask('DELETE', `${root}/Doomed`)
        : process.ask('POST', `${root}/Doomed/tags/more-${i}`),
    )
    const deletions = [answers[7]?.status, answers[8]?.status].toSorted()
    expect(deletions).toEqual([204, 404])
    for (const { status } of answers) expect([201, 204, 404]).toContain(status)
    expect((await second.ask('GET', `${root}/Doomed`)).status).toBe(404)
    expect((await second.ask('POST', root, { namespace: 'Doomed' })).body).not.toHaveProperty(
      'tags',
    )
  })
})
