import { expect, test } from 'vitest'
import { endpointRoot, linkPath, segment } from '../src/endpoint.ts'

test.each([
  ['http://host:9292', 'http://host:9292/'],
  ['http://host:9292/', 'http://host:9292/'],
  ['http://host:9292/v2', 'http://host:9292/'],
  ['http://host:9292/v2/', 'http://host:9292/'],
  ['http://host:9292/v2.17/', 'http://host:9292/'],
  ['http://host/image', 'http://host/image/'],
  ['http://host/image/', 'http://host/image/'],
  ['http://host/image/v2', 'http://host/image/'],
  ['https://host/v2images', 'https://host/v2images/'],
])('endpoint %s has the root %s', (endpoint, root) => {
  expect(endpointRoot(endpoint).href).toBe(root)
})

test.each([
  ['/v2/images?marker=1', 'v2/images?marker=1'],
  ['/image/v2/images?marker=1', 'v2/images?marker=1'],
  ['https://elsewhere/v2/images?marker=1', 'v2/images?marker=1'],
  ['/v2/images?name=/v2/x', 'v2/images?name=/v2/x'],
])('the link %s is read relative to the root, as %s', (link, path) => {
  expect(linkPath(link)).toBe(path)
})

test('segment() escapes what would end it', () => {
  expect(segment('tag', 'a/b?c#d é')).toBe('a%2Fb%3Fc%23d%20%C3%A9')
})

test.each(['', '.', '..'])(
  'segment() refuses "%s", which would address something else',
  (value) => {
    expect(() => segment('tag', value)).toThrow(
      new TypeError(`Cannot address tag "${value}": a URL cannot hold it`),
    )
  },
)
