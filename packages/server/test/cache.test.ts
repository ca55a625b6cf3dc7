/** The cache of a node: filled by downloads and by admins, and never in the way of either. */
import { mkdtempSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { activeImage, createImage, share, show } from './image-requests.ts'
import { dataOf } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const unknown = '00000000-0000-4000-8000-000000000000'

type Cached = {
  readonly image_id: string
  readonly hits: number
  readonly last_accessed: number
  readonly last_modified: number
  readonly size: number
}

/** A directory for each service: both databases have one. */
const directories: string[] = []
const settings = () => {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-cache-'))
  directories.push(directory)
  return { VITRINE_CACHE__DIRECTORY: directory, VITRINE_CACHE__LIMIT_BYTES: '100' }
}

describe('with a cache', () => {
  afterAll(() => Promise.all(directories.map((one) => rm(one, { recursive: true, force: true }))))

  const shared = settings()
  const [directory = ''] = directories
  describeOnBothDatabases('of a hundred bytes', shared, (service) => {
    const ask = (method: string, path = '', more: object = {}) =>
      service().ask(method, `/v2/cache${path}`, { as: 'adm', ...more })
    async function content() {
      const { status, body, text } = await ask('GET')
      expect(status, text).toBe(200)
      return body
    }
    async function cached(id: string): Promise<Cached | undefined> {
      const { cached_images: all } = await content()
      return all.find((one: Cached) => one.image_id === id)
    }
    const put = async (id: string) => {
      expect((await ask('PUT', `/${id}`)).status).toBe(202)
      await expect.poll(() => cached(id)).toBeDefined()
    }
    beforeEach(async () => {
      expect((await ask('DELETE')).status).toBe(204)
    })

    test('an image is cached when an admin asks for it, and read from there', async () => {
      const id = await activeImage(service(), 'some data')
      const before = Date.now() / 1000
      await put(id)
      expect(await cached(id)).toEqual({
        image_id: id,
        hits: 0,
        size: 9,
        last_accessed: expect.any(Number),
        last_modified: expect.any(Number),
      })
      expect((await cached(id))?.last_modified).toBeGreaterThan(before - 1)
      const answer = await dataOf(service(), id)
      expect([answer.status, answer.text]).toEqual([200, 'some data'])
      expect(answer.headers['content-md5']).toBe((await show(service(), id)).checksum)
      expect((await cached(id))?.hits).toBe(1)
      expect((await content()).queued_images).toEqual([])
      // Asked for again, it is no news.
      expect((await ask('PUT', `/${id}`)).status).toBe(202)
      expect((await cached(id))?.hits).toBe(1)
    })

    test('a download fills it; a part of one does not, nor is it read from there', async () => {
      const id = await activeImage(service(), '0123456789')
      const part = { headers: { range: 'bytes=2-4' } }
      expect((await service().ask('GET', `/v2/images/${id}/file`, part)).text).toBe('234')
      expect(await content()).toEqual({ cached_images: [], queued_images: [] })
      expect((await dataOf(service(), id)).text).toBe('0123456789')
      await expect.poll(() => cached(id)).toBeDefined()
      expect((await service().ask('GET', `/v2/images/${id}/file`, part)).text).toBe('234')
      expect((await cached(id))?.hits).toBe(0)
      expect((await dataOf(service(), id)).text).toBe('0123456789')
      expect((await cached(id))?.hits).toBe(1)
    })

    test('who may not download may not read it from there either', async () => {
      const id = await activeImage(service(), 'mine')
      await share(service(), id, service().accounts.projectId('accepted'))
      await put(id)
      expect((await dataOf(service(), id, 'mem, accepted')).text).toBe('mine')
      expect((await dataOf(service(), id, 'memR, accepted')).status).toBe(403)
      expect((await dataOf(service(), id, 'non')).status).toBe(404)
      await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
      expect((await dataOf(service(), id)).status).toBe(403)
      const hits = (await cached(id))?.hits
      expect((await dataOf(service(), id, 'adm')).text).toBe('mine')
      expect((await cached(id))?.hits).toBe(hits)
    })

    test('only active images are cached, and only by those who may', async () => {
      const queued = await createImage(service())
      expect((await ask('PUT', `/${queued}`)).status).toBe(400)
      expect((await ask('PUT', `/${unknown}`)).status).toBe(404)
      expect((await ask('DELETE', `/${unknown}`)).status).toBe(404)
      expect((await ask('DELETE', `/${queued}`)).status).toBe(204)
      const calls = [
        ['GET', '', 'cache_list'],
        ['DELETE', '', 'cache_delete'],
        ['PUT', `/${queued}`, 'cache_image'],
        ['DELETE', `/${queued}`, 'cache_delete'],
        ['POST', '/clean', 'cache_clean'],
        ['POST', '/prune', 'cache_prune'],
        ['GET', `/nodes/${queued}`, 'list_cached_nodes'],
      ] as const
      for (const [method, path, policy] of calls) {
        for (const as of ['own', 'ownR', 'svc', 'unscoped']) {
          const { status, text } = await ask(method, path, { as })
          expect([status, text]).toEqual([403, expect.stringContaining(policy)])
        }
      }
      expect((await ask('GET', `/nodes/${queued}`)).status).toBe(409)
    })

    test('images are forgotten one by one, all at once, and when they are deleted', async () => {
      const ids = [
        await activeImage(service(), 'one'),
        await activeImage(service(), 'two'),
        await activeImage(service(), 'three'),
      ]
      for (const id of ids) await put(id)
      const [first = '', second = '', third = ''] = ids
      expect((await ask('DELETE', `/${first}`)).status).toBe(204)
      expect(await cached(first)).toBeUndefined()
      await service().ask('DELETE', `/v2/images/${second}`)
      expect((await ask('POST', '/clean')).status).toBe(200)
      expect(await cached(second)).toBeUndefined()
      const clear = (target: string) =>
        ask('DELETE', '', { headers: { 'x-image-cache-clear-target': target } })
      expect((await clear('QUEUE')).status).toBe(204)
      expect(await cached(third)).toBeDefined()
      expect((await clear('everything')).status).toBe(400)
      expect((await clear('Cache')).status).toBe(204)
      expect(await content()).toEqual({ cached_images: [], queued_images: [] })
      await expect
        .poll(async () => readdir(join(directory, 'objects'), { recursive: true }))
        .not.toContainEqual(expect.stringMatching(/[0-9a-f]{8}-/))
    })

    test('what was read longest ago goes first when it is full; what is larger is not taken', async () => {
      const [old, read, large, last] = [
        await activeImage(service(), 'x'.repeat(40)),
        await activeImage(service(), 'y'.repeat(40)),
        await activeImage(service(), 'z'.repeat(101)),
        await activeImage(service(), 'l'.repeat(40)),
      ]
      await put(read)
      await put(old)
      await dataOf(service(), read)
      expect((await ask('PUT', `/${large}`)).status).toBe(202)
      await expect.poll(async () => (await content()).queued_images).toEqual([])
      expect(await cached(large)).toBeUndefined()
      expect((await dataOf(service(), large)).text).toHaveLength(101)
      await put(last)
      expect(await cached(old)).toBeUndefined()
      expect(await cached(read)).toBeDefined()
      const pruned = await ask('POST', '/prune')
      expect([pruned.status, pruned.body]).toEqual([
        200,
        { total_files_pruned: 0, total_bytes_pruned: 0 },
      ])
    })

    test('a copy whose bytes are lost is no harm, and is made again', async () => {
      const id = await activeImage(service(), 'kept in a store')
      await put(id)
      const inside = { recursive: true, withFileTypes: true } as const
      for (const entry of await readdir(join(directory, 'objects'), inside)) {
        if (entry.isFile()) await rm(join(entry.parentPath, entry.name))
      }
      expect((await dataOf(service(), id)).text).toBe('kept in a store')
      await expect.poll(() => cached(id)).toMatchObject({ hits: 0 })
    })

    test('versions say that there is one', async () => {
      const { body } = await service().ask('GET', '/versions')
      const ids = body.versions.map(({ id }: { id: string }) => id)
      expect(ids.slice(0, 6)).toEqual(['v2.18', 'v2.17', 'v2.16', 'v2.15', 'v2.14', 'v2.9'])
      expect(body.versions[0].status).toBe('CURRENT')
      expect((await service().ask('GET', '/v2.14/cache', { as: 'adm' })).status).toBe(200)
    })
  })
})

test('a file that is no directory stops the start with its path', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'vitrine-cache-')), 'file')
  await writeFile(path, '')
  const { startTestService } = await import('./start-test-service.ts')
  await expect(startTestService({ VITRINE_CACHE__DIRECTORY: path })).rejects.toThrow(path)
})
