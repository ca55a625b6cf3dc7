import { expect, test } from 'vitest'
import { nextPath } from '../src/pages.ts'
import { type Handler, serve } from './http-server.ts'
import { imageBody } from './image-body.ts'

/** Serves the images i1 … iN as Glance does: full pages have a `next`, tags collapse to the last. */
function glance(count: number, prefix = ''): Handler {
  return ({ line }) => {
    const url = new URL(line.slice('GET '.length), 'http://host')
    if (url.pathname !== `${prefix}/v2/images`) return { status: 404, body: url.pathname }
    const limit = Number(url.searchParams.get('limit') ?? 25)
    const after = Number(url.searchParams.get('marker')?.slice(1) ?? 0)
    const length = Math.max(0, Math.min(limit, count - after))
    const images = Array.from({ length }, (_, index) => imageBody({ id: `i${after + index + 1}` }))
    if (length < limit) return { json: { images } }
    const query = new URLSearchParams([...new Map(url.searchParams)])
    query.set('marker', `i${after + length}`)
    return { json: { images, next: `/v2/images?${query}` } }
  }
}

async function ids(list: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const found = []
  for await (const { id } of list) found.push(id)
  return found
}

test('list() visits every image of every page once', async () => {
  await using server = await serve(glance(7))
  const { images } = server.client()
  expect(await ids(images.list({ pageSize: 3 }))).toEqual([
    'i1',
    'i2',
    'i3',
    'i4',
    'i5',
    'i6',
    'i7',
  ])
  expect(server.seen).toHaveLength(3)
})

test('list() ends after a full last page that is followed by an empty one', async () => {
  await using server = await serve(glance(6))
  expect(await ids(server.client().images.list({ pageSize: 3 }))).toHaveLength(6)
})

test('list() asks for nothing before it is read, and for no page that is not needed', async () => {
  await using server = await serve(glance(100))
  const list = server.client().images.list({ pageSize: 3 })
  expect(server.seen).toHaveLength(0)
  for await (const { id } of list) if (id === 'i2') break
  expect(server.seen).toHaveLength(1)
})

test('list() ends after maxItems and asks for no more than that', async () => {
  await using server = await serve(glance(100))
  const { images } = server.client()
  expect(await ids(images.list({ maxItems: 2 }))).toEqual(['i1', 'i2'])
  expect(await ids(images.list({ maxItems: 0 }))).toEqual([])
  expect(server.seen.map(({ line }) => line)).toEqual(['GET /v2/images?limit=2'])
})

test('list() asks again when it is iterated again', async () => {
  await using server = await serve(glance(2))
  const list = server.client().images.list()
  expect(await ids(list)).toEqual(await ids(list))
  expect(server.seen).toHaveLength(2)
})

test.each(['/image', '/image/', '/image/v2', '/image/v2/'])(
  'list() follows its links below the endpoint %s',
  async (path) => {
    await using server = await serve(glance(4, '/image'))
    const { images } = server.client({ endpoint: `${server.url}${path}` })
    expect(await ids(images.list({ pageSize: 2 }))).toHaveLength(4)
  },
)

test('list() asks every page for all tags, although links keep only the last', async () => {
  await using server = await serve(glance(3))
  await ids(server.client().images.list({ tags: ['a', 'b'], pageSize: 2 }))
  expect(server.seen.map(({ line }) => line)).toEqual([
    'GET /v2/images?limit=2&tag=a&tag=b',
    'GET /v2/images?marker=i2&limit=2&tag=a&tag=b',
  ])
})

test('nextPath() keeps a link that needs nothing', () => {
  expect(nextPath('/v2/images?marker=1', new URLSearchParams())).toBe('v2/images?marker=1')
})
