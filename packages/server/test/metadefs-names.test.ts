/** Names in metadata definitions: of any characters, percent-encoded in paths, at most 80 long. */
import { expect, test } from 'vitest'
import { describeOnBothDatabases } from './start-test-service.ts'

const root = '/v2/metadefs/namespaces'
const enc = encodeURIComponent

const names = [
  'a/b',
  '/',
  'a//b/',
  'objects',
  '100% ?#;+&=,\'"<>\\',
  '%2F',
  ' leading and trailing ',
  'Ünïcödé 日本語 العربية',
  '𝒳'.repeat(80),
  '日'.repeat(80),
  'e\u0301 and é',
  '__proto__',
  'constructor',
  '0',
]

describeOnBothDatabases('names of metadata definitions', {}, (service) => {
  const admin = (method: string, path: string, body?: unknown) =>
    service().ask(method, path, { as: 'adm', body })
  const expectStatus = async (expected: number, method: string, path: string, body?: unknown) => {
    const answer = await admin(method, path, body)
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(expected)
    return answer.body
  }

  test.each(names)('%j names a namespace', async (name) => {
    const path = `${root}/${enc(name)}`
    const created = await admin('POST', root, { namespace: name })
    expect([created.status, created.body.namespace]).toEqual([201, name])
    expect(created.headers.location).toBe(`${service().url}${path}`)
    expect(created.body.self).toBe(`${root}/${name}`)
    await expectStatus(409, 'POST', root, { namespace: name })
    expect((await expectStatus(200, 'GET', path)).namespace).toBe(name)
    const page = await expectStatus(200, 'GET', `${root}?limit=1`)
    expect(page.namespaces[0].namespace).toBe(name)
    const next = new URL(page.next, service().url)
    expect(next.searchParams.get('marker')).toBe(name)
    await expectStatus(200, 'GET', page.next)
    await expectStatus(200, 'PUT', path, { namespace: name })
    await expectStatus(201, 'POST', `${path}/tags/a`)
    await expectStatus(204, 'DELETE', path)
    await expectStatus(404, 'GET', path)
  })

  test.each(names)('%j names what stands in a namespace', async (name) => {
    const namespace = `Names ${name}`.slice(0, 40)
    const path = `${root}/${enc(namespace)}`
    await expectStatus(201, 'POST', root, {
      namespace,
      properties: { [`${name}`]: { type: 'string', title: 'T' } },
    })
    const one = enc(name)
    const shown = await expectStatus(200, 'GET', `${path}/properties/${one}`)
    expect(shown.name).toBe(name)
    const listed = await expectStatus(200, 'GET', `${path}/properties`)
    expect(Object.keys(listed.properties)).toEqual([name])
    await expectStatus(204, 'DELETE', `${path}/properties/${one}`)
    const property = { name, type: 'string', title: 'T' }
    await expectStatus(201, 'POST', `${path}/properties`, property)
    await expectStatus(200, 'PUT', `${path}/properties/${one}`, property)

    const object = await expectStatus(201, 'POST', `${path}/objects`, { name })
    expect(object.self).toBe(`${root}/${namespace}/objects/${name}`)
    expect((await expectStatus(200, 'GET', `${path}/objects/${one}`)).name).toBe(name)
    await expectStatus(200, 'PUT', `${path}/objects/${one}`, { name })
    await expectStatus(204, 'DELETE', `${path}/objects/${one}`)

    expect((await expectStatus(201, 'POST', `${path}/tags/${one}`)).name).toBe(name)
    await expectStatus(200, 'GET', `${path}/tags/${one}`)
    await expectStatus(200, 'PUT', `${path}/tags/${one}`, { name })
    await expectStatus(200, 'GET', `${path}/tags?marker=${one}`)
    await expectStatus(204, 'DELETE', `${path}/tags/${one}`)

    await expectStatus(201, 'POST', `${path}/resource_types`, { name, prefix: name })
    await expectStatus(200, 'GET', `${path}/properties/${one}${one}?resource_type=${one}`)
    const onType = await expectStatus(200, 'GET', `${path}?resource_type=${one}`)
    expect(Object.keys(onType.properties)).toEqual([name + name])
    if (!name.includes(',')) {
      const about = await expectStatus(200, 'GET', `${root}?resource_types=x,${one}`)
      expect(about.namespaces.map((found: { namespace: string }) => found.namespace)).toContain(
        namespace,
      )
    }
    await expectStatus(204, 'DELETE', `${path}/resource_types/${one}`)
    await expectStatus(204, 'DELETE', path)
  })

  test('are told apart by letter case and by every code point', async () => {
    for (const name of ['Case', 'case', 'Caf\u00e9', 'Cafe\u0301']) {
      await expectStatus(201, 'POST', root, { namespace: name, tags: [{ name: 'A' }] })
      await expectStatus(201, 'POST', `${root}/${enc(name)}/tags/a`)
    }
    for (const name of ['Case', 'case', 'Caf\u00e9', 'Cafe\u0301']) {
      await expectStatus(204, 'DELETE', `${root}/${enc(name)}`)
    }
  })

  test.each([81, 255, 1000])(
    'of %d characters are too long to give, and name nothing',
    async (n) => {
      const [long, wide] = ['x'.repeat(n), '𝒳'.repeat(n)]
      await admin('POST', root, { namespace: 'Long' })
      const path = `${root}/Long`
      for (const name of [long, wide]) {
        await expectStatus(400, 'POST', root, { namespace: name })
        await expectStatus(400, 'PUT', path, { namespace: name })
        await expectStatus(400, 'POST', `${path}/properties`, { name, type: 'string', title: 'T' })
        await expectStatus(400, 'POST', `${path}/objects`, { name })
        await expectStatus(400, 'POST', `${path}/tags`, { tags: [{ name }] })
        await expectStatus(400, 'POST', `${path}/resource_types`, { name })
        await expectStatus(400, 'POST', `${path}/resource_types`, { name: 'x', prefix: name })
        const nested = { namespace: 'Nested' }
        const property = { type: 'string', title: 'T' }
        await expectStatus(400, 'POST', root, { ...nested, properties: { [name]: property } })
        await expectStatus(400, 'POST', root, { ...nested, objects: [{ name }] })
        await expectStatus(400, 'POST', root, { ...nested, tags: [{ name }] })
        await expectStatus(400, 'POST', root, { ...nested, resource_type_associations: [{ name }] })
      }
      for (const kind of ['', '/properties', '/objects', '/tags', '/resource_types']) {
        const child = kind === '' ? `${root}/${long}` : `${path}${kind}/${long}`
        await expectStatus(404, 'DELETE', child)
        if (kind !== '/resource_types') await expectStatus(404, 'GET', child)
      }
      await expectStatus(400, 'POST', `${path}/tags/${long}`)
    },
  )

  test('may have 80 characters and owners 255, and not one more', async () => {
    const namespace = 'n'.repeat(80)
    const most = { namespace, display_name: '𝒳'.repeat(80), description: '𝒳'.repeat(500) }
    const owner = 'o'.repeat(255)
    const made = await expectStatus(201, 'POST', root, { ...most, owner })
    expect(made).toMatchObject({ ...most, owner })
    await expectStatus(204, 'DELETE', `${root}/${namespace}`)
    for (const more of [
      { owner: `${owner}o` },
      { display_name: 'x'.repeat(81) },
      { description: 'x'.repeat(501) },
    ]) {
      await expectStatus(400, 'POST', root, { ...most, ...more })
    }
  })

  test('that are empty are refused wherever they stand', async () => {
    await admin('POST', root, { namespace: 'Empty' })
    const path = `${root}/Empty`
    await expectStatus(400, 'PUT', path, { namespace: '' })
    await expectStatus(400, 'POST', `${path}/properties`, { name: '', type: 'string', title: 'T' })
    await expectStatus(400, 'POST', `${path}/objects`, { name: '' })
    await expectStatus(400, 'POST', `${path}/tags`, { tags: [{ name: '' }] })
    await expectStatus(400, 'POST', `${path}/resource_types`, { name: '' })
    for (const kind of ['properties', 'objects', 'tags', 'resource_types']) {
      await expectStatus(404, 'DELETE', `${path}/${kind}/`)
    }
    await expectStatus(404, 'GET', `${root}/`)
  })
})
