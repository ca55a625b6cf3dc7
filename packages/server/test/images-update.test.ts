/** PATCH, DELETE, tags, deactivate and reactivate. */
import { describe, expect, test } from 'vitest'
import { activeImage, createImage, patch, patchV20, patchV21, show } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const unknown = '00000000-0000-4000-8000-000000000000'

describeOnBothDatabases('changing an image', {}, (service) => {
  const op = (op: string, path: string, value?: unknown) => [
    { op, path, ...(op !== 'remove' && { value }) },
  ]

  describe('by PATCH', () => {
    test('takes the two dialects and no other type, and says which', async () => {
      const id = await createImage(service())
      expect((await patch(service(), id, [])).status).toBe(200)
      expect((await patch(service(), id, [], { type: patchV20 })).status).toBe(200)
      expect((await patch(service(), id, [], { type: `${patchV21}; charset=utf-8` })).status).toBe(
        200,
      )
      for (const type of ['application/json', 'application/json-patch+json', 'x', '']) {
        const { status, headers } = await patch(service(), unknown, 'not even JSON', { type })
        expect([status, headers['accept-patch']]).toEqual([415, `${patchV20}, ${patchV21}`])
      }
      const untyped = await service().ask('PATCH', `/v2/images/${id}`, { body: [] })
      expect([untyped.status, untyped.text]).toEqual([415, expect.stringContaining('of no type')])
    })

    test('changes every field that may be changed, all at once', async () => {
      const id = await createImage(service(), { a: '1', b: '2' })
      const { status, body } = await patch(service(), id, [
        ...op('replace', '/name', 'new'),
        ...op('replace', '/visibility', 'community'),
        ...op('replace', '/protected', true),
        ...op('replace', '/os_hidden', true),
        ...op('replace', '/min_disk', 1),
        ...op('add', '/min_ram', 2),
        ...op('replace', '/disk_format', 'qcow2'),
        ...op('replace', '/container_format', null),
        ...op('replace', '/tags', ['x', 'x']),
        ...op('replace', '/a', '3'),
        ...op('remove', '/b'),
        ...op('add', '/c~1d~0e', '4'),
      ])
      expect(status).toBe(200)
      expect(body).toMatchObject({
        name: 'new',
        visibility: 'community',
        protected: true,
        os_hidden: true,
        min_disk: 1,
        min_ram: 2,
        disk_format: 'qcow2',
        container_format: null,
        tags: ['x'],
        a: '3',
        'c/d~e': '4',
      })
      expect(body).not.toHaveProperty('b')
      expect(await show(service(), id)).toEqual(body)
    })

    test('changes all or nothing', async () => {
      const id = await createImage(service(), { name: 'old' })
      const changes = [...op('replace', '/name', 'new'), ...op('remove', '/missing')]
      expect((await patch(service(), id, changes)).status).toBe(409)
      expect((await show(service(), id)).name).toBe('old')
    })

    test('lets later operations see what earlier ones did', async () => {
      const id = await createImage(service())
      const changes = [...op('add', '/a', '1'), ...op('replace', '/a', '2'), ...op('remove', '/a')]
      expect((await patch(service(), id, changes)).status).toBe(200)
      expect(await show(service(), id)).not.toHaveProperty('a')
    })

    test('adds what is there already in v2.1, and refuses to in v2.0', async () => {
      const id = await createImage(service(), { name: 'old', a: 'old' })
      for (const name of ['a', 'name', 'tags']) {
        const value = name === 'tags' ? [] : 'new'
        const v20 = [{ add: `/${name}`, value }]
        expect((await patch(service(), id, v20, { type: patchV20 })).status).toBe(409)
        expect((await patch(service(), id, op('add', `/${name}`, value))).status).toBe(200)
      }
      const v20 = [{ add: '/b', value: '1' }, { replace: '/b', value: '2' }, { remove: '/a' }]
      const { status, body } = await patch(service(), id, v20, { type: patchV20 })
      expect([status, body.b, body.a]).toEqual([200, '2', undefined])
    })

    test.each([
      ['remove', '/name', 403],
      ['remove', '/tags', 403],
      ['remove', '/visibility', 403],
      ['replace', '/missing', 409],
      ['remove', '/missing', 409],
      ['replace', '/id', 403],
      ['remove', '/id', 403],
      ['replace', '/status', 403],
      ['replace', '/size', 403],
      ['add', '/checksum', 403],
      ['replace', '/created_at', 403],
      ['replace', '/os_hash_value', 403],
      ['replace', '/self', 403],
      ['add', '/stores', 403],
      ['add', '/location', 403],
      ['add', '/deleted', 403],
      ['add', '/os_glance_x', 403],
      ['add', '/locations/-', 403],
      ['replace', '/locations', 403],
      ['remove', '/locations/0', 403],
      ['replace', '/owner', 403],
      ['add', '/owner', 403],
      ['replace', '/name', 400],
      ['replace', '/visibility', 400],
      ['add', '/min_ram', 400],
      ['add', '/custom', 400],
      ['add', '/tags/-', 400],
      ['add', '/a/b', 400],
      ['add', 'name', 400],
      ['add', '', 400],
      ['add', '//', 400],
      ['add', '/a~2', 400],
      ['add', '/a~', 400],
      ['add', 5, 400],
      ['test', '/name', 400],
      ['move', '/name', 400],
      ['copy', '/name', 400],
      [undefined, '/name', 400],
      ['add', undefined, 400],
      ['add', `/${'x'.repeat(256)}`, 400],
    ])('answers to %s %s with %i and changes nothing', async (operation, path, status) => {
      const id = await createImage(service(), { visibility: 'community' })
      const before = await show(service(), id)
      const value = status === 400 && String(path).length < 100 ? 1.5 : 'x'
      const answer = await patch(service(), id, [{ op: operation, path, value }])
      expect(answer.status, answer.text).toBe(status)
      expect(await show(service(), id)).toEqual(before)
    })

    test.each([
      ['{}', 'array'],
      ['5', 'array'],
      ['[5]', 'object'],
      ['[[]]', 'object'],
      ['[null]', 'object'],
      ['[{}]', 'op'],
      ['[{"op": "add", "path": "/a"}]', 'value'],
      ['[{"op": "add"', 'JSON'],
      ['', 'Body expected'],
      ['[{"op": "add", "path": "/a", "value": "\\u0000"}]', 'NUL'],
      ['[{"op": "add", "path": "/\\ud800", "value": "x"}]', 'surrogate'],
      ['['.repeat(100_000), 'JSON'],
      [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, ''],
    ])('answers 400 to %.40s', async (body, words) => {
      const { status, text } = await patch(service(), unknown, body)
      expect([status, text]).toEqual([400, expect.stringContaining(words)])
    })

    test.each([
      '[{"add": "/a", "remove": "/b", "value": "x"}]',
      '[{"value": "x"}]',
      '[{"op": "add", "path": "/a", "value": "x"}]',
      '[{"add": "/a"}]',
    ])('answers 400 to %s in the dialect v2.0', async (body) => {
      expect((await patch(service(), unknown, body, { type: patchV20 })).status).toBe(400)
    })

    test('looks at the request first, then at the image, then at the rights, then at the state', async () => {
      const id = await createImage(service())
      const asStranger = { as: 'non' }
      expect((await patch(service(), id, op('add', '/min_ram', -1), asStranger)).status).toBe(400)
      expect((await patch(service(), id, op('replace', '/id', 'x'), asStranger)).status).toBe(403)
      expect((await patch(service(), id, op('replace', '/name', 'x'), asStranger)).status).toBe(404)
      expect((await patch(service(), id, op('remove', '/a'), { as: 'ownR' })).status).toBe(403)
      expect((await patch(service(), unknown, op('replace', '/name', 'x'))).status).toBe(404)
    })

    test('gives an image away for an admin alone', async () => {
      const id = await createImage(service())
      const owner = service().accounts.projectId('stranger')
      const { status, body } = await patch(service(), id, op('replace', '/owner', owner), {
        as: 'adm',
      })
      expect([status, body.owner]).toEqual([200, owner])
      await show(service(), id, 'non')
      expect((await service().ask('GET', `/v2/images/${id}`)).status).toBe(404)
    })

    test('changes formats until there is data', async () => {
      const id = await activeImage(service(), 'data')
      for (const name of ['disk_format', 'container_format']) {
        expect((await patch(service(), id, op('replace', `/${name}`, 'ami'))).status).toBe(403)
      }
    })

    test('keeps to 128 properties and 128 tags', async () => {
      const id = await createImage(service())
      const properties = Array.from({ length: 128 }, (_, i) => op('add', `/p${i}`, 'x')).flat()
      expect((await patch(service(), id, properties)).status).toBe(200)
      expect((await patch(service(), id, op('add', '/more', 'x'))).status).toBe(413)
      expect((await patch(service(), id, op('add', '/p0', 'y'))).status).toBe(200)
      const tags = Array(129).fill('same')
      expect((await patch(service(), id, op('replace', '/tags', tags))).status).toBe(413)
    })

    test('loses no change of many made at the same time', async () => {
      const id = await createImage(service())
      const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
      await Promise.all(names.map((name) => patch(service(), id, op('add', `/${name}`, name))))
      const image = await show(service(), id)
      for (const name of names) expect(image[name]).toBe(name)
    })
  })

  describe('by its tags', () => {
    const tag = (method: string, id: string, name: string) =>
      service().ask(method, `/v2/images/${id}/tags/${name}`)

    test('adds a tag once and deletes it once', async () => {
      const id = await createImage(service())
      expect((await tag('PUT', id, 'a')).status).toBe(204)
      expect((await tag('PUT', id, 'a')).status).toBe(204)
      expect((await show(service(), id)).tags).toEqual(['a'])
      expect((await tag('DELETE', id, 'a')).status).toBe(204)
      const again = await tag('DELETE', id, 'a')
      expect([again.status, again.text]).toEqual([404, expect.stringContaining('"a"')])
    })

    test.each(['é', '🦆', 'a b', 'a%b', '?', '#', '"', "'", '..a', 'A', '+'])(
      'takes the tag %s',
      async (name) => {
        const id = await createImage(service())
        expect((await tag('PUT', id, encodeURIComponent(name))).status).toBe(204)
        expect((await show(service(), id)).tags).toEqual([name])
        expect((await tag('DELETE', id, encodeURIComponent(name))).status).toBe(204)
      },
    )

    test('refuses tags that are too long, too many, or none', async () => {
      const id = await createImage(service(), {
        tags: Array.from({ length: 127 }, (_, i) => `t${i}`),
      })
      expect((await tag('PUT', id, encodeURIComponent('🦆'.repeat(255)))).status).toBe(204)
      expect((await tag('PUT', id, 'x'.repeat(256))).status).toBe(400)
      expect((await tag('PUT', id, 'more')).status).toBe(413)
      expect((await tag('PUT', id, 't0')).status).toBe(204)
      for (const none of ['', '%00', 'a%2Fb']) {
        expect((await tag('PUT', id, none)).status).toBe(404)
      }
      for (const method of ['PUT', 'DELETE']) {
        const { status, text } = await tag(method, unknown, 'a')
        expect([status, text]).toEqual([404, expect.stringContaining(`Image ${unknown} not found`)])
      }
    })
  })

  describe('by DELETE', () => {
    const remove = (id: string, as = 'own') => service().ask('DELETE', `/v2/images/${id}`, { as })

    test('leaves nothing, not even for admins', async () => {
      const id = await activeImage(service(), 'data', { tags: ['gone'] })
      const { status, text } = await remove(id)
      expect([status, text]).toEqual([204, ''])
      for (const as of ['own', 'adm']) {
        for (const rest of ['', '/file', '/members']) {
          expect((await service().ask('GET', `/v2/images/${id}${rest}`, { as })).status).toBe(404)
        }
        const again = await remove(id, as)
        expect([again.status, again.text]).toEqual([404, expect.stringContaining('to delete')])
      }
      expect((await service().ask('GET', '/v2/images?tag=gone')).body.images).toEqual([])
    })

    test('removes the data from the disk', async () => {
      const before = await service().filesAtRest()
      const id = await activeImage(service(), 'data of this image alone')
      expect(await service().dataFiles()).toHaveLength(before.length + 1)
      await remove(id)
      await expect.poll(() => service().dataFiles()).toEqual(before)
    })

    test('is refused while the image is protected, to admins too', async () => {
      const id = await createImage(service(), { protected: true })
      for (const as of ['own', 'adm']) {
        const { status, text } = await remove(id, as)
        expect([status, text]).toEqual([403, expect.stringContaining('is protected')])
      }
      await patch(service(), id, op('replace', '/protected', false))
      expect((await remove(id)).status).toBe(204)
    })
  })

  describe('by deactivating it', () => {
    const act = (id: string, action: string) =>
      service().ask('POST', `/v2/images/${id}/actions/${action}`)

    test('withholds its data until it is reactivated, and may be done twice', async () => {
      const id = await activeImage(service(), 'data')
      const download = (as: string) => service().ask('GET', `/v2/images/${id}/file`, { as })
      for (const action of ['reactivate', 'deactivate', 'deactivate']) {
        expect((await act(id, action)).status).toBe(204)
      }
      expect((await show(service(), id)).status).toBe('deactivated')
      expect((await download('own')).status).toBe(403)
      expect((await download('adm')).text).toBe('data')
      expect((await patch(service(), id, op('replace', '/name', 'x'))).status).toBe(200)
      for (const action of ['reactivate', 'reactivate']) {
        expect((await act(id, action)).status).toBe(204)
      }
      expect((await download('own')).text).toBe('data')
    })

    test('is refused before there is data', async () => {
      const id = await createImage(service())
      for (const action of ['deactivate', 'reactivate']) {
        const { status, text } = await act(id, action)
        expect([status, text]).toEqual([403, expect.stringContaining('"queued"')])
        expect((await act(unknown, action)).status).toBe(404)
      }
    })
  })
})
