/** Custom properties that not everyone may create, read, change and take away. */
import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/index.ts'
import { ConfigError } from '../src/settings.ts'
import { createImage, patch, patchV20, share, show, upload } from './image-requests.ts'
import { beginImport, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const everyone = { create: ['@'], read: ['@'], update: ['@'], delete: ['@'] }
const admins = { create: ['Admin'], read: ['Admin'], update: ['Admin'], delete: ['Admin'] }

/** Asked in this order. Names that fit none are closed. */
const rules = [
  { pattern: 'secret_', ...admins },
  { pattern: 'shown_', ...admins, read: ['@'] },
  { pattern: 'fixed_', create: ['member'], read: ['@'], update: [], delete: ['!'] },
  { pattern: 'once_', create: ['member'], read: ['@'], update: ['!'], delete: ['member'] },
  { pattern: 'kept_', create: ['member'], read: ['@'], update: ['member'], delete: ['!'] },
  {
    pattern: 'blind_',
    create: ['member'],
    read: ['admin'],
    update: ['member'],
    delete: ['member'],
  },
  { pattern: 'open_but_this$', create: [], read: [], update: [], delete: [] },
  { pattern: 'open_|x', ...everyone },
]
const settings = { VITRINE_PROPERTY_PROTECTIONS: JSON.stringify(rules) }

const add = (name: string, value = 'new') => ({ op: 'add', path: `/${name}`, value })
const replace = (name: string, value = 'new') => ({ op: 'replace', path: `/${name}`, value })
const remove = (name: string) => ({ op: 'remove', path: `/${name}` })

describeOnBothDatabases('protected properties', settings, (service) => {
  /** An image of the producer with properties that only admins, or nobody but admins, may set. */
  async function protectedImage(fields: object = {}): Promise<string> {
    const id = await createImage(service(), { open_1: 'o', fixed_1: 'f', ...fields })
    const body = [add('secret_1', 's'), add('shown_1', 'v')]
    expect((await patch(service(), id, body, { as: 'adm' })).status).toBe(200)
    return id
  }
  const propertiesOf = (image: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(image).filter(([name]) => /^[a-z]+_1$/.test(name)))
  const forAdmins = { open_1: 'o', fixed_1: 'f', secret_1: 's', shown_1: 'v' }
  const { secret_1: _, ...forOthers } = forAdmins

  describe('are created', () => {
    test.each([
      ['own', 'open_1', 201],
      ['own', 'x', 201],
      ['own', 'xyz', 201],
      ['own', 'fixed_1', 201],
      ['own', 'blind_1', 201],
      ['own', 'secret_1', 403],
      ['own', 'shown_1', 403],
      ['own', 'open_but_this', 403],
      ['own', 'open_but_this_too', 201],
      ['own', 'not_open_1', 403],
      ['own', 'OPEN_1', 403],
      ['own', '', 403],
      ['own', 'os_distro', 403],
      ['adm', 'secret_1', 201],
      ['adm', 'fixed_1', 201],
      ['adm', 'open_but_this', 403],
      ['adm', 'not_open_1', 403],
    ])('by %s as %s with %i', async (as, name, expected) => {
      const created = await service().ask('POST', '/v2/images', { as, body: { [name]: 'value' } })
      const image = await createImage(service(), {}, as)
      const added = await patch(service(), image, [add(name)], { as })
      const v20 = [{ add: `/${name}`, value: 'new' }]
      const another = await createImage(service(), {}, as)
      const addedV20 = await patch(service(), another, v20, { as, type: patchV20 })
      const inPatch = expected === 201 ? 200 : 403
      expect([created.status, added.status, addedV20.status]).toEqual([expected, inPatch, inPatch])
      if (expected === 201) return
      for (const { text } of [created, added, addedV20]) expect(text).toContain('is reserved')
      expect(Object.hasOwn(await show(service(), image, as), name)).toBe(false)
    })

    test('by the oldest import as by every other call', async () => {
      const input = {
        import_from: 'https://93.184.216.34/',
        import_from_format: 'raw',
        image_properties: { not_open_1: 'value' },
      }
      const body = { type: 'import', input }
      expect((await service().ask('POST', '/v2/tasks', { as: 'adm', body })).status).toBe(403)
    })
  })

  describe('are read', () => {
    test('in every answer by those who may, and do not exist for others', async () => {
      const id = await protectedImage()
      await share(service(), id, service().accounts.projectId('accepted'))
      for (const as of ['own', 'ownR', 'mem, accepted', 'memR, accepted']) {
        expect(propertiesOf(await show(service(), id, as)), as).toEqual(forOthers)
      }
      expect(propertiesOf(await show(service(), id, 'adm'))).toEqual(forAdmins)
      const listed = async (as: string) => {
        const { body } = await service().ask('GET', `/v2/images?id=${id}`, { as })
        return body.images.map(propertiesOf)
      }
      expect([await listed('own'), await listed('adm')]).toEqual([[forOthers], [forAdmins]])
      expect(propertiesOf((await patch(service(), id, [])).body)).toEqual(forOthers)
      const created = await service().ask('POST', '/v2/images', { body: { blind_1: 'b' } })
      expect(propertiesOf(created.body)).toEqual({})
      expect(propertiesOf(await show(service(), created.body.id, 'adm'))).toEqual({ blind_1: 'b' })
    })

    test('not by asking for their values', async () => {
      const id = await protectedImage()
      const found = async (query: string, as: string) => {
        const { status, body } = await service().ask('GET', `/v2/images?id=${id}&${query}`, { as })
        return [status, body.images.length]
      }
      expect(await found('secret_1=s', 'own')).toEqual([200, 0])
      expect(await found('secret_1=s', 'adm')).toEqual([200, 1])
      expect(await found('shown_1=v', 'own')).toEqual([200, 1])
      expect(await found('closed_1=v', 'own')).toEqual([200, 0])
    })
  })

  describe('are changed', () => {
    test.each([
      ['own', 'open_1', 200, 200, 200],
      ['own', 'shown_1', 403, 403, 403],
      ['own', 'fixed_1', 403, 403, 403],
      ['own', 'once_1', 403, 403, 200],
      ['own', 'kept_1', 200, 200, 403],
      // Not readable: it is as if there were none, but for adding it.
      ['own', 'secret_1', 403, 409, 409],
      ['own', 'blind_1', 403, 409, 409],
      ['adm', 'secret_1', 200, 200, 200],
      ['adm', 'shown_1', 200, 200, 200],
      ['adm', 'fixed_1', 403, 403, 403],
    ])('by %s: %s with %i by add, %i by replace, %i by remove', async (as, name, ...expected) => {
      const fields = { once_1: 'o', kept_1: 'k', blind_1: 'b' }
      for (const [i, operation] of [add(name), replace(name), remove(name)].entries()) {
        const id = await protectedImage(fields)
        const before = await show(service(), id, 'adm')
        const { status, text } = await patch(service(), id, [operation], { as })
        expect(status, `${operation.op}: ${text}`).toBe(expected[i])
        const after = await show(service(), id, 'adm')
        if (status !== 200) expect(after).toEqual(before)
        else expect(after[name]).toBe(operation.op === 'remove' ? undefined : 'new')
      }
    })

    test('in the older dialect, which never says of what nobody may read that it is there', async () => {
      const id = await protectedImage()
      const v20 = (operation: object) => patch(service(), id, [operation], { type: patchV20 })
      expect((await v20({ add: '/secret_1', value: 'x' })).status).toBe(403)
      expect((await v20({ add: '/secret_2', value: 'x' })).status).toBe(403)
      expect((await v20({ add: '/open_1', value: 'x' })).status).toBe(409)
      expect((await v20({ replace: '/secret_1', value: 'x' })).status).toBe(409)
      expect((await v20({ remove: '/secret_1' })).status).toBe(409)
    })

    test.each(['add', 'replace', 'remove'])(
      'never, where they cannot be read, in words that tell whether they are there: %s',
      async (op) => {
        const id = await protectedImage()
        const textFor = async (name: string) => {
          const { text } = await patch(service(), id, [{ op, path: `/${name}`, value: 'x' }])
          return text.replaceAll(name, 'NAME')
        }
        expect(await textFor('secret_1')).toBe(await textFor('secret_2'))
      },
    )

    test('not by whoever changes something else, nor by anything that happens to the image', async () => {
      const id = await protectedImage({ blind_1: 'b' })
      const all = { ...forAdmins, blind_1: 'b' }
      const properties = async () => propertiesOf(await show(service(), id, 'adm'))
      expect((await patch(service(), id, [replace('name', 'new'), add('open_2')])).status).toBe(200)
      expect(await properties()).toEqual(all)
      await service().ask('PUT', `/v2/images/${id}/tags/new`)
      await stage(service(), id, 'data')
      await beginImport(service(), id, 'glance-direct')
      const image = await imported(service(), id)
      expect(image).toMatchObject({ status: 'active', os_glance_failed_import: '' })
      await service().ask('POST', `/v2/images/${id}/actions/deactivate`)
      expect(await properties()).toEqual(all)
      const body = [remove('open_1'), add('open_1', 'o')]
      expect((await patch(service(), id, body)).status).toBe(200)
      expect(await properties()).toEqual(all)
    })

    test('all or none', async () => {
      const id = await protectedImage()
      expect((await patch(service(), id, [replace('open_1'), replace('fixed_1')])).status).toBe(403)
      expect(propertiesOf(await show(service(), id, 'adm'))).toEqual(forAdmins)
    })
  })

  test('are never what every image has', async () => {
    const fields = { name: 'n', min_disk: 1, tags: ['t'], os_hidden: false, protected: false }
    const id = await createImage(service(), fields)
    expect((await patch(service(), id, [replace('name', 'new')])).body).toMatchObject({
      ...fields,
      name: 'new',
    })
    expect((await upload(service(), id, 'data')).status).toBe(204)
    expect((await show(service(), id)).status).toBe('active')
  })
})

describe('the setting of protected properties', () => {
  const read = (value: unknown) =>
    readConfig({ environment: { VITRINE_PROPERTY_PROTECTIONS: JSON.stringify(value) } })

  test.each([
    ['a pattern that is none', [{ pattern: '(', ...everyone }]],
    ['no pattern', [everyone]],
    ['everyone besides others', [{ pattern: 'x', ...everyone, read: ['@', 'admin'] }]],
    ['no one besides others', [{ pattern: 'x', ...everyone, read: ['!', 'admin'] }]],
    ['a word that is no list', [{ pattern: 'x', ...everyone, read: 'admin' }]],
    ['another word', [{ pattern: 'x', ...everyone, write: ['@'] }]],
    ['something else', { pattern: 'x', ...everyone }],
  ])('is not taken with %s', (_what, value) => {
    expect(() => read(value)).toThrow(ConfigError)
  })
})
