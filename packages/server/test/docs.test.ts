/** What `/docs` says of the API is so: each route that it names is served, and by these methods only. */
import { imagesApi, sharingApi } from '@vitrine/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestService, type TestService } from './start-test-service.ts'

const formats = { diskFormats: ['raw'], containerFormats: ['bare'] }
const apis = [
  ['/docs/openapi.json', imagesApi(formats)],
  ['/docs/sharing.json', sharingApi],
] as const
const operations = apis.flatMap(([, api]) => api.operations)
const byPath = [...Map.groupBy(operations, ({ path }) => path)]

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service[Symbol.asyncDispose]())

describe('the description of the API', () => {
  test.each(byPath)('names the methods that %s takes', async (path, operations) => {
    const somewhere = path.replaceAll(/\{\w+\}/g, 'nothing')
    const { status, headers } = await service.ask('TRACE', somewhere, { as: 'adm' })
    expect(status).toBe(405)
    const allowed = operations.map(({ method }) => method).toSorted()
    expect(headers.allow?.split(', ').toSorted()).toEqual(allowed)
  })

  test.each(apis)(
    'is an OpenAPI document with an answer for every operation: %s',
    async (path, api) => {
      const { status, body } = await service.ask('GET', path)
      expect(status).toBe(200)
      expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: service.url }] })
      const paths = Object.values(Object(body.paths)).flatMap((path) => Object.values(Object(path)))
      expect(paths).toHaveLength(api.operations.length)
      for (const operation of paths) expect(operation).toHaveProperty('responses')
      const ids = paths.map((operation) => Object(operation).operationId)
      expect(new Set(ids).size).toBe(ids.length)
    },
  )

  test.each(apis)('refers to nothing that is not in it: %s', async (document) => {
    const { body, text } = await service.ask('GET', document)
    for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path.split('/').reduce((part, key) => Object(part)[key], body)
      expect([path, typeof found]).toEqual([path, 'object'])
    }
    expect(text).not.toMatch(/"\$ref":"[^#]/)
  })

  test('is a page that names every operation and loads nothing from elsewhere', async () => {
    const { status, text, headers } = await service.ask('GET', '/docs')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    for (const [path] of byPath) expect(text).toContain(path)
    expect(text).not.toMatch(/<script|<link|@import|\b(src|href|action)="?(https?:)?\/\//)
  })
})
