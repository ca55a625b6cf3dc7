/**
 * Requests that nobody would think of: whatever arrives, the answer is never the server's fault.
 *
 * The client of these tests throws at any 5xx. FUZZ_RUNS says how many requests to try of each kind.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createImage, patch, patchV20, patchV21 } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const numRuns = Number(process.env.FUZZ_RUNS ?? 150)

const fields = fc.constantFrom(
  ...'name id visibility protected os_hidden owner tags min_ram min_disk disk_format'.split(' '),
  ...'container_format status size checksum kernel_id os_distro locations member'.split(' '),
  ...'__proto__ constructor os_glance_x deleted self schema created_at'.split(' '),
)
const words = fc.constantFrom(
  ...'public shared community private all raw bare active true false null 0 -1 1e999'.split(' '),
  ...'pending accepted in:a,"b eq: gt:2020-01-01 asc desc name created_at:desc'.split(' '),
)
const text = fc.oneof(words, fields, fc.string(), fc.string({ unit: 'binary', maxLength: 300 }))
const key = fc.oneof({ weight: 3, arbitrary: fields }, { weight: 1, arbitrary: text })
const value = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, 0, -1, 2 ** 31, 1e300, 1.5, '') },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
)
const object = fc
  .uniqueArray(fc.tuple(key, value), { maxLength: 5, selector: ([name]) => name })
  .map((entries) => JSON.stringify(new Map(entries), mapAsObject))
const body = fc.oneof(
  { weight: 6, arbitrary: object },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

const pointer = fc.oneof(
  fields.map((name) => `/${name}`),
  text.map((name) => `/${name}`),
  text,
)
const op = fc.constantFrom('add', 'replace', 'remove', 'test')
const patchBody = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(
      fc.oneof(
        fc.record({ op, path: pointer, value }, { requiredKeys: [] }),
        fc.tuple(op, pointer, value).map(([name, path, one]) => ({ [name]: path, value: one })),
      ),
      { maxLength: 5 },
    ),
  },
  { weight: 1, arbitrary: body },
)

const parameter = fc.oneof(
  fields,
  fc.constantFrom(
    ...'limit marker sort sort_key sort_dir tag member_status size_min min_ram_max'.split(' '),
    ...'created_at updated_at changes-since virtual_size'.split(' '),
  ),
  text,
)
const query = fc.array(fc.tuple(parameter, text), { maxLength: 6 })

/** So that keys such as `__proto__` are written as they are. */
function mapAsObject(_key: string, one: unknown): unknown {
  return one instanceof Map ? Object.fromEntries(one) : one
}

describeOnBothDatabases('fuzzing', {}, (service) => {
  const tryAll = async <T>(kind: fc.Arbitrary<T>, one: (value: T) => Promise<number>) => {
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(kind, async (value) => {
        const status = await one(value)
        expect(status).toBeLessThan(500)
        statuses.add(status)
      }),
      { numRuns },
    )
    return statuses
  }

  test('create answers any body', async () => {
    const statuses = await tryAll(body, async (sent) => {
      return (await service().ask('POST', '/v2/images', { as: 'adm', body: sent })).status
    })
    expect(statuses).toContain(201)
    expect(statuses).toContain(400)
  })

  test('PATCH answers any patch in either dialect', async () => {
    const id = await createImage(service())
    const patches = fc.tuple(patchBody, fc.constantFrom(patchV20, patchV21))
    const statuses = await tryAll(patches, async ([sent, type]) => {
      return (await patch(service(), id, sent, { type })).status
    })
    expect(statuses).toContain(400)
    expect(statuses).toContain(200)
  })

  test('the list answers any query', async () => {
    const statuses = await tryAll(query, async (pairs) => {
      const encoded = pairs.map((pair) => pair.map(encode).join('=')).join('&')
      return (await service().ask('GET', `/v2/images?${encoded}`)).status
    })
    expect(statuses).toContain(200)
    expect(statuses).toContain(400)
  })

  test('members answer any body and any name', async () => {
    const id = await createImage(service())
    const path = `/v2/images/${id}/members`
    const member = service().accounts.projectId('pending')
    const as = 'mem, pending'
    await service().ask('POST', path, { body: { member } })
    await tryAll(body, async (sent) => {
      return Math.max(
        (await service().ask('POST', path, { body: sent })).status,
        (await service().ask('PUT', `${path}/${member}`, { as, body: sent })).status,
      )
    })
    await tryAll(text, async (name) => {
      const sent = { member: name, status: name }
      return Math.max(
        (await service().ask('POST', path, { body: sent })).status,
        (await service().ask('PUT', `${path}/${encode(name)}`, { as, body: sent })).status,
        (await service().ask('GET', `${path}/${encode(name)}`)).status,
        (await service().ask('DELETE', `${path}/${encode(name)}`)).status,
      )
    })
  })

  test('images, tags and data answer to any name and any headers', async () => {
    const id = await createImage(service())
    const header = fc.stringMatching(/^[\x20-\x7e]{0,60}$/).map((one) => one.trim())
    const names = ['range', 'content-range', 'accept', 'content-type', 'x-openstack-image-size']
    await tryAll(fc.tuple(text, fc.constantFrom(...names), header), async ([name, which, sent]) => {
      const headers = { [which]: sent }
      return Math.max(
        (await service().ask('PUT', `/v2/images/${id}/tags/${encode(name)}`)).status,
        (await service().ask('GET', `/v2/images/${encode(name)}`, { headers })).status,
        (await service().ask('GET', `/v2/images/${id}/file`, { headers })).status,
        (await service().ask('PUT', `/v2/images/${encode(name)}/file`, { headers })).status,
      )
    })
  })
})

/** As a URL has it; what has no UTF-8 is written as a byte that is none. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
