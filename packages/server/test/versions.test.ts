/** Which versions of the API the service says it has, and which of them a path or `Accept` means. */
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import { severalStores } from './web-server.ts'

const noToken = { headers: { 'x-auth-token': '' } }
const oneStore = [17, 15, 9, 7, 6, 5, 4, 3, 2, 1, 0]
const namedStores = [17, 15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]

function documentOf(minors: readonly number[], root: string) {
  return {
    versions: minors.map((minor, index) => ({
      id: `v2.${minor}`,
      status: index === 0 ? 'CURRENT' : 'SUPPORTED',
      links: [{ rel: 'self', href: `${root}/v2/` }],
    })),
  }
}

async function expectMinors(service: TestService, minors: readonly number[]): Promise<void> {
  const { body } = await service.ask('GET', '/versions')
  expect(body).toEqual(documentOf(minors, service.url))
  for (let minor = 0; minor < 25; minor++) {
    const { status } = await service.ask('GET', `/v2.${minor}/images`)
    expect([minor, status]).toEqual([minor, minors.includes(minor) ? 200 : 300])
  }
}

describeOnBothDatabases('the service', {}, (service) => {
  test.each([
    ['/', 300],
    ['/versions', 200],
    ['/versions/', 200],
    ['/versions/anything', 200],
    ['/versions?x=y', 200],
    ['/v1', 300],
    ['/v1/images', 300],
    ['/v3', 300],
    ['/v2.99/images', 300],
    ['/v2.00/images', 300],
    ['/V2/images', 300],
    ['/v02/images', 300],
    ['/v2x/images', 300],
    ['/images', 300],
    ['/foo', 300],
    ['/version', 300],
  ])('%s tells its versions to everyone, with %i', async (path, status) => {
    const answer = await service().ask('GET', path, noToken)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers).not.toHaveProperty('x-openstack-request-id')
    expect(answer.body).toEqual(documentOf(oneStore, service().url))
    expect(Object.keys(answer.body.versions[0])).toEqual(['id', 'status', 'links'])
  })

  test('/healthcheck tells them to whoever does more than look', async () => {
    expect((await service().ask('POST', '/healthcheck', noToken)).status).toBe(300)
  })

  test.each(['/', '/versions', '/v1/images', '/foo'])(
    '%s tells them whatever the method is',
    async (path) => {
      const { status, body } = await service().ask('GET', path)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await service().ask(method, path, { ...noToken, body: { a: 1 } })
        expect([method, answer.status, answer.body]).toEqual([method, status, body])
      }
      const head = await service().ask('HEAD', path, noToken)
      expect([head.status, head.text]).toEqual([status, ''])
    },
  )

  test('with one store that nobody named and no cache, it has these', () =>
    expectMinors(service(), oneStore))

  test.each(['/v2/images', '/v2.0/images', '/v2.9/images', '/v2.17/images', '//v2//images'])(
    '%s leads to version 2',
    async (path) => {
      const answer = await service().ask('GET', path)
      expect([answer.status, answer.body.first]).toEqual([200, '/v2/images'])
    },
  )

  test('Accept may choose the version in place of the path', async () => {
    const ask = (path: string, accept: string) =>
      service().ask('GET', path, { headers: { accept } })
    for (const version of ['v2', 'v2.0', 'v2.5', 'v2.17']) {
      const answer = await ask('/images', `application/vnd.openstack.images-${version}`)
      expect([version, answer.status]).toEqual([version, 200])
    }
    for (const version of ['v1', 'v3', 'v2.8', 'v2.99', 'v20', '']) {
      const answer = await ask('/images', `application/vnd.openstack.images-${version}`)
      expect([version, answer.status]).toEqual([version, 300])
    }
    const accept = 'application/vnd.openstack.images-v2.5'
    expect((await ask('/versions', accept)).status).toBe(200)
    expect((await ask('/', accept)).status).toBe(300)
    const answer = await service().ask('GET', '/images', {
      headers: { accept, 'x-auth-token': '' },
    })
    expect(answer.status).toBe(401)
  })

  test.each(['/v2', '/v2.9'])(
    '%s leads to the same with a slash, where nothing is',
    async (path) => {
      const { status, headers, text } = await service().ask('GET', path)
      expect([status, headers.location, text]).toEqual([302, `${service().url}${path}/`, ''])
      expect((await service().ask('GET', `${path}/`)).status).toBe(404)
      expect((await service().ask('GET', path, noToken)).status).toBe(401)
    },
  )

  test('a path may come with the host before it, as proxies write it', async () => {
    expect((await service().ask('GET', `${service().url}/v2/images?limit=0`)).status).toBe(200)
    expect((await service().ask('GET', service().url)).status).toBe(300)
  })

  test('its links lead to where it was asked, and not where a stranger’s header says', async () => {
    const { port } = new URL(service().url)
    const headers = {
      host: `images.example:${port}`,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
    }
    const { body } = await service().ask('GET', '/', { headers })
    expect(body).toEqual(documentOf(oneStore, `http://images.example:${port}`))
  })

  test('sends the oldest of clients, which name no host, to where they found it', async () => {
    const socket = connect(Number(new URL(service().url).port), '127.0.0.1')
    socket.end('GET / HTTP/1.0\r\n\r\n')
    const answer = await textOf(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 300 /)
    expect(answer).toContain(`"href":"${service().url}/v2/"`)
  })

  test.each(['GET', 'HEAD'])('/healthcheck answers %s to everyone', async (method) => {
    const { status, text } = await service().ask(method, '/healthcheck', noToken)
    expect([status, text]).toEqual([200, method === 'GET' ? 'OK' : ''])
  })
})

describeOnBothDatabases('the service with stores that have names', severalStores(), (service) => {
  test('has the versions that tell of stores too', () => expectMinors(service(), namedStores))

  test('takes them in Accept', async () => {
    const headers = { accept: 'application/vnd.openstack.images-v2.13' }
    expect((await service().ask('GET', '/images', { headers })).status).toBe(200)
  })
})

const published = { VITRINE_HTTP__PUBLIC_URL: 'https://cloud.example/image' }
describeOnBothDatabases('the service behind a public address', published, (service) => {
  test('tells that address, whatever it was asked under', async () => {
    const headers = { host: 'inside.example' }
    for (const path of ['/', '/versions']) {
      const { body } = await service().ask('GET', path, { headers })
      expect(body).toEqual(documentOf(oneStore, 'https://cloud.example/image'))
    }
  })
})
