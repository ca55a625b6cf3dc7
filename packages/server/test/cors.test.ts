/** Web pages of other origins: those that the operator names may call the service, and no others. */
import { expect, test } from 'vitest'
import { readConfig } from '../src/index.ts'
import { activeImage, createImage, octets } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const dashboard = 'https://dashboard.example'
const consolePage = 'http://console.example:8080'
const others = ['https://evil.example', 'http://dashboard.example', `${dashboard}:444`, 'null', '']
const beforehand = {
  'x-auth-token': '',
  'access-control-request-method': 'PUT',
  'access-control-request-headers': 'content-type,x-auth-token',
}

const named = { VITRINE_HTTP__ALLOWED_ORIGINS: `${dashboard},${consolePage}` }
describeOnBothDatabases('a page of an origin that the operator names', named, (service) => {
  const unknown = '/v2/images/00000000-0000-4000-8000-000000000000'

  test.each([
    '/v2/images',
    `${unknown}/file`,
    '/v2/no/such/path',
    '/identity/v3/auth/tokens',
    '/versions',
    '/docs',
  ])('may ask beforehand, without a token, what it may send to %s', async (path) => {
    for (const origin of [dashboard, consolePage]) {
      const answer = await service().ask('OPTIONS', path, { headers: { ...beforehand, origin } })
      expect([answer.status, answer.text]).toEqual([200, ''])
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, PUT, POST, DELETE, PATCH',
        'access-control-max-age': '3600',
        vary: expect.stringContaining('Origin'),
      })
      const allowed = String(answer.headers['access-control-allow-headers']).toLowerCase()
      expect(allowed.split(', ')).toEqual(
        expect.arrayContaining([
          ...['content-md5', 'x-image-meta-checksum', 'x-storage-token', 'accept-encoding'],
          ...['x-auth-token', 'x-identity-status', 'x-roles', 'x-service-catalog', 'x-user-id'],
          ...['x-tenant-id', 'x-openstack-request-id', 'content-type', 'range'],
          ...['if-none-match', 'if-range', 'x-openstack-append'],
          ...['x-openstack-image-size', 'x-image-meta-store', 'x-subject-token'],
        ]),
      )
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })

  test('may read every answer, and what it says of itself', async () => {
    const id = await activeImage(service(), 'data')
    const calls = [
      ['GET', '/v2/images', 200],
      ['GET', `/v2/images/${id}/file`, 200],
      ['GET', unknown, 404],
      ['GET', '/v2/%ff', 400],
      ['DELETE', '/v2/images', 405],
      ['GET', '/versions', 200],
      ['GET', '/identity/v3', 200],
    ] as const
    for (const [method, path, status] of calls) {
      const answer = await service().ask(method, path, { headers: { origin: dashboard } })
      expect([path, answer.status]).toEqual([path, status])
      expect(answer.headers['access-control-allow-origin']).toBe(dashboard)
      for (const name of ['X-Subject-Token', 'ETag', 'Content-Range', 'Location']) {
        expect(answer.headers['access-control-expose-headers']).toContain(name)
      }
      expect(answer.headers.vary).toMatch(/^Origin\b/)
    }
    const headers = { origin: dashboard, 'x-auth-token': '' }
    const answer = await service().ask('GET', '/v2/images', { headers })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([401, dashboard])
  })

  test('may upload', async () => {
    const id = await createImage(service())
    const headers = { ...octets, origin: dashboard }
    const path = `/v2/images/${id}/file`
    const { status } = await service().ask('PUT', path, { headers, body: 'data' })
    expect(status).toBe(204)
  })

  test('does not open the service to any other', async () => {
    for (const origin of others) {
      const asked = await service().ask('OPTIONS', unknown, {
        headers: { 'access-control-request-method': 'GET', origin },
      })
      expect([asked.status, asked.headers.allow]).toEqual([405, 'GET, PATCH, DELETE'])
      const answer = await service().ask('GET', '/v2/images', { headers: { origin } })
      expect(answer.status).toBe(200)
      for (const { headers } of [asked, answer]) {
        expect(Object.keys(headers).filter((name) => /^access-control/.test(name))).toEqual([])
        expect(headers.vary).toBe('Origin')
      }
    }
  })

  test('leaves OPTIONS that asks nothing beforehand as it is', async () => {
    const answer = await service().ask('OPTIONS', unknown, { headers: { origin: dashboard } })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, PATCH, DELETE'])
  })
})

const any = { VITRINE_HTTP__ALLOWED_ORIGINS: '*' }
describeOnBothDatabases('a page of any origin, where the operator allows any', any, (service) => {
  test('may ask, and is told so', async () => {
    for (const origin of [dashboard, 'null']) {
      const asked = await service().ask('OPTIONS', '/v2/images', {
        headers: { ...beforehand, origin },
      })
      expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([200, '*'])
      const { headers } = await service().ask('GET', '/v2/images', { headers: { origin } })
      expect(headers['access-control-allow-origin']).toBe('*')
    }
  })
})

describeOnBothDatabases(
  'a page of another origin, where the operator names none',
  {},
  (service) => {
    test('is told nothing, and its browser lets it do nothing', async () => {
      const headers = { 'access-control-request-method': 'PUT', origin: dashboard }
      const asked = await service().ask('OPTIONS', '/v2/images', { headers })
      expect([asked.status, asked.headers.allow]).toEqual([405, 'GET, POST'])
      const answer = await service().ask('GET', '/v2/images', { headers: { origin: dashboard } })
      for (const one of [asked.headers, answer.headers]) {
        expect(Object.keys(one).filter((name) => /^access-control|^vary$/.test(name))).toEqual([])
      }
    })
  },
)

test.each(['dashboard.example', `${dashboard}/`, `${dashboard}/path`, 'https://*.example', 'null'])(
  'the origin "%s" stops the start: browsers write none so',
  (origin) => {
    const environment = { VITRINE_HTTP__ALLOWED_ORIGINS: `${consolePage},${origin}` }
    expect(() => readConfig({ environment })).toThrow(/http\.allowed_origins.*should be origins/s)
  },
)
