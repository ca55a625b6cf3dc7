import { expect, test } from 'vitest'
import { imageQuery } from '../src/image-query.ts'

function written(query: Parameters<typeof imageQuery>[0]): string {
  return decodeURIComponent(imageQuery(query).toString())
}

test('every filter is written under the name of the API', () => {
  expect(
    written({
      status: 'active',
      diskFormat: 'raw',
      visibility: 'shared',
      memberStatus: 'pending',
      owner: 'p',
      protected: false,
      hidden: true,
      minSize: 1,
      maxSize: 2,
      properties: { os_distro: 'debian' },
      pageSize: 5,
    }).split('&'),
  ).toEqual([
    'os_distro=debian',
    'status=active',
    'disk_format=raw',
    'visibility=shared',
    'member_status=pending',
    'owner=p',
    'protected=false',
    'os_hidden=true',
    'size_min=1',
    'size_max=2',
    'limit=5',
  ])
})

test('an image must have every tag', () => {
  expect(written({ tags: ['a', 'b'] })).toBe('tag=a&tag=b')
})

test('several values are written so that commas and colons stay inside them', () => {
  expect(written({ name: ['a,b', 'c:d'] })).toBe('name=in:"a,b","c:d"')
})

test('a name with a colon is not read as an operator', () => {
  expect(written({ name: 'ubuntu:22.04' })).toBe('name=eq:ubuntu:22.04')
})

test('several values, of which one holds a quotation mark, cannot be asked for', () => {
  expect(() => imageQuery({ name: ['a"b', 'c'] })).toThrow(TypeError)
})

test('times are compared in whole seconds', () => {
  expect(written({ createdAt: { gte: new Date('2026-01-02T03:04:05.678Z') } })).toBe(
    'created_at=gte:2026-01-02T03:04:05Z',
  )
})

test('sorting goes by the names of the API', () => {
  expect(written({ sort: ['name:asc', 'createdAt:desc'] })).toBe('sort=name:asc,created_at:desc')
})
