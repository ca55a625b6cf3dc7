/** What holds for every call: tokens, routes, forms of errors, request ids, bodies. */
import { expect, test } from 'vitest'
import { createImage } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const unknown = '/v2/images/00000000-0000-4000-8000-000000000000'
const noToken = { headers: { 'x-auth-token': '' } }

describeOnBothDatabases('the service', {}, (service) => {
  test.each(['', 'nonsense', 'a.b.c', 'x'.repeat(8000), 'ÿ'])(
    'the token %.20j is answered 401 wherever it is sent',
    async (token) => {
      for (const path of ['/v2/images', '/v2/no/such/path', unknown, '/v2/schemas/image']) {
        const headers = { 'x-auth-token': token }
        const answer = await service().ask('GET', path, { headers })
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toBe(
          `Keystone uri="${service().url}/identity/v3"`,
        )
        expect(answer.headers['x-openstack-request-id']).toBeUndefined()
      }
    },
  )

  test('who asks is told by the token alone, not by headers that claim it', async () => {
    const headers = {
      'x-roles': 'admin',
      'x-project-id': 'admin',
      'x-identity-status': 'Confirmed',
    }
    const id = await createImage(service(), { visibility: 'private' })
    const path = `/v2/images/${id}`
    expect((await service().ask('GET', path, { as: 'non', headers })).status).toBe(404)
    expect(
      (await service().ask('GET', path, { headers: { ...headers, 'x-auth-token': '' } })).status,
    ).toBe(401)
  })

  test('a token without a project may do nothing with images', async () => {
    const id = await createImage(service())
    const as = 'unscoped'
    expect((await service().ask('GET', '/v2/images', { as })).status).toBe(403)
    expect((await service().ask('POST', '/v2/images', { as, body: {} })).status).toBe(403)
    expect((await service().ask('GET', `/v2/images/${id}`, { as })).status).toBe(404)
    expect((await service().ask('GET', `/v2/images/${id}/file`, { as })).status).toBe(404)
    expect((await service().ask('GET', `/v2/images/${id}/members`, { as })).status).toBe(404)
  })

  test.each([
    [undefined, 'text/plain; charset=UTF-8'],
    ['', 'text/plain; charset=UTF-8'],
    ['text/plain', 'text/plain; charset=UTF-8'],
    ['application/xml', 'text/plain; charset=UTF-8'],
    ['application/octet-stream', 'text/plain; charset=UTF-8'],
    ['*/*', 'text/html; charset=UTF-8'],
    ['text/*', 'text/html; charset=UTF-8'],
    ['text/html', 'text/html; charset=UTF-8'],
    ['application/json, text/plain, */*', 'text/html; charset=UTF-8'],
    ['application/json;q=0.5, text/html', 'text/html; charset=UTF-8'],
    ['application/json', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json, text/plain', 'application/json'],
    ['text/html;q=0.5, application/json', 'application/json'],
    ['text/html;q=0.5, */*', 'application/json'],
    ['text/html;q=0, */*', 'application/json'],
    ['application/json;q=0, */*', 'text/html; charset=UTF-8'],
    ['application/json;q=0.9, */*;q=0.8', 'application/json'],
    ['text/html;q=0, application/json;q=0', 'text/plain; charset=UTF-8'],
  ])('an error for Accept %j is %s', async (accept, contentType) => {
    const headers = accept === undefined ? {} : { accept }
    const answer = await service().ask('GET', unknown, { headers })
    expect([answer.status, answer.headers['content-type']]).toEqual([404, contentType])
    const message = 'No image found with ID 00000000-0000-4000-8000-000000000000'
    if (contentType === 'application/json') {
      expect(Object.entries(answer.body)).toEqual([
        ['message', message],
        ['code', '404 Not Found'],
        ['title', 'Not Found'],
      ])
    } else if (contentType.startsWith('text/html')) {
      expect(answer.text).toMatch(/<title>404 Not Found<\/title>[\s\S]*<h1>404 Not Found<\/h1>/)
      expect(answer.text).toContain(`${message}<br /><br />`)
    } else {
      expect(answer.text).toMatch(new RegExp(`^404 Not Found\n\n${message}\n\n`))
    }
  })

  test('an error in HTML holds nothing that a browser would run', async () => {
    const headers = { accept: 'text/html' }
    const path = '/v2/images/%3Cscript%3Ealert(1)%3C%2Fscript%3E'
    expect((await service().ask('GET', path, { headers })).text).not.toContain('<script')
    const body = { visibility: '<script>' }
    const { text } = await service().ask('POST', '/v2/images', { headers, body })
    expect(text).toContain('&lt;script&gt;')
  })

  test.each([
    ['/v2/images', 'GET, POST'],
    [unknown, 'GET, PATCH, DELETE'],
    [`${unknown}/actions/deactivate`, 'POST'],
    [`${unknown}/actions/reactivate`, 'POST'],
    [`${unknown}/members`, 'GET, POST'],
    [`${unknown}/members/a`, 'GET, PUT, DELETE'],
    [`${unknown}/tags/a`, 'PUT, DELETE'],
    [`${unknown}/stage`, 'PUT'],
    [`${unknown}/import`, 'POST'],
    [`${unknown}/locations`, 'GET, POST'],
    ['/v2/schemas/image', 'GET'],
    ['/v2/schemas/members', 'GET'],
  ])('%s allows %s and answers 405 to the rest', async (path, allow) => {
    const methods = [
      'GET',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'HEAD',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
    ]
    for (const method of methods) {
      if (allow.split(', ').includes(method)) continue
      const answer = await service().ask(method, path)
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow])
      if (method === 'HEAD') expect(answer.text).toBe('')
      else expect(answer.text).toContain(`The method ${method} is not allowed for this resource.`)
    }
  })

  test('image data allows GET, HEAD and PUT and answers 405 to the rest', async () => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await service().ask(method, `${unknown}/file`)
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, PUT'])
    }
  })

  test.each([
    '/v2/nothing',
    '/v2/images/',
    `${unknown}/`,
    `${unknown}/nothing`,
    `${unknown}/actions/explode`,
    '/v2/schemas/nothing',
    '/v2/../v2/images',
    '/v2/images%2Fx',
    '/v2/images/a%2Fb',
  ])('%s is nowhere: 404', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      expect((await service().ask(method, path, { body: '{}' })).status).toBe(404)
    }
    expect((await service().ask('GET', '/v2/images/..')).status).toBe(404)
  })

  test.each(['OPTIONS', 'PROPFIND'])('%s is implemented nowhere: 501', async (method) => {
    for (const path of ['/v2/nothing', `${unknown}/nothing`, '/v2/images/', '/v2/images/a%2Fb']) {
      expect((await service().ask(method, path)).status).toBe(501)
    }
  })

  test.each([
    '/v2/images/%ff',
    '/v2/%E9/a',
    '/v2/images/a/tags/%',
    '/v2/images/a?x=%ff',
    '/v2/%zz',
  ])('%s cannot be read: 400, for callers with a token', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await service().ask(method, path, noToken)).status).toBe(401)
      const answer = await service().ask(method, path)
      if (answer.status === 405) continue
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('UTF-8')])
      expect(answer.headers['x-openstack-request-id']).toBeDefined()
    }
  })

  test.each([
    '/identity/%ff',
    '/identity/v3/%ff',
    '/identity/v3/projects/%ff',
    '/identity/v3/users/%',
  ])('%s cannot be read: 400, in the form of the Identity API', async (path) => {
    const answer = await service().ask('GET', path, { as: 'adm' })
    expect([answer.status, answer.body?.error?.code]).toEqual([400, 400])
    expect(answer.body.error.message).toContain('UTF-8')
  })

  test.each([
    'not-a-uuid',
    '%00',
    '%F0%9F%A6%86',
    '%E4',
    '%ff%fe',
    '%',
    '%zz',
    'x'.repeat(5000),
    "';--",
  ])('an image called %.20s is told to be no image, in words', async (name) => {
    for (const rest of ['', '/file', '/members', '/members/a']) {
      const answer = await service().ask('GET', `/v2/images/${name}${rest}`)
      expect([400, 404]).toContain(answer.status)
      expect(answer.text.length).toBeLessThan(1000)
    }
  })

  test('every answer past authentication has a request id, the caller’s own if it may be one', async () => {
    const idFor = async (sent: string | undefined, path = '/v2/images') => {
      const headers = sent === undefined ? {} : { 'x-openstack-request-id': sent }
      return (await service().ask('GET', path, { headers })).headers['x-openstack-request-id']
    }
    const ours = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
    expect(await idFor(undefined)).toMatch(ours)
    expect(await idFor(undefined, '/v2/nothing')).toMatch(ours)
    expect(await idFor(undefined, unknown)).toMatch(ours)
    expect(await idFor('req-abc')).toBe('req-abc')
    expect(await idFor('abc')).toBe('req-abc')
    expect(await idFor(`req-${'x'.repeat(60)}`)).toBe(`req-${'x'.repeat(60)}`)
    expect(await idFor('x'.repeat(65))).toMatch(ours)
    expect(await idFor('a b')).toMatch(ours)
  })

  test('a body is refused where none is read', async () => {
    const id = await createImage(service())
    const calls = [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/file'],
      ['GET', '/members'],
      ['GET', '/members/a'],
      ['DELETE', '/members/a'],
      ['PUT', '/tags/a'],
      ['DELETE', '/tags/a'],
      ['POST', '/actions/deactivate'],
      ['POST', '/actions/reactivate'],
    ]
    for (const [method = '', rest] of calls) {
      const answer = await service().ask(method, `/v2/images/${id}${rest}`, { body: '{}' })
      expect([method, rest, answer.status]).toEqual([method, rest, 400])
      expect(answer.text).toContain('body is not expected')
    }
    const headers = { 'transfer-encoding': 'chunked' }
    const chunked = await service().ask('PUT', `/v2/images/${id}/tags/a`, { headers })
    expect(chunked.status).toBe(400)
    expect((await service().ask('GET', '/v2/schemas/image', { body: '{}' })).status).toBe(400)
    // Lists have always let one pass.
    for (const list of ['images', 'metadefs/namespaces', 'metadefs/resource_types']) {
      expect((await service().ask('GET', `/v2/${list}`, { body: '{}' })).status).toBe(200)
    }
  })
})
