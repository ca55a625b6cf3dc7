import { describe, expect, test } from 'vitest'
import {
  EndpointNotFoundError,
  ImageClient,
  type ImageClientOptions,
  password,
  ServiceUnavailableError,
  UnauthorizedError,
} from '../src/index.ts'
import { sessionOf, tokensUrl } from '../src/password.ts'
import { type Handler, quickly, serve } from './http-server.ts'

const user = { username: 'ada', password: 'secret', project: 'engines' }

/** Lets everyone in, with the given catalog. */
function identity(catalog?: readonly unknown[]): Handler {
  return ({ line }) =>
    line.startsWith('POST /identity/v3/auth/tokens')
      ? { status: 201, headers: { 'x-subject-token': 'issued' }, json: { token: { catalog } } }
      : { json: { images: [] } }
}

function imageService(url: string, region: string) {
  return {
    type: 'image',
    endpoints: [
      { interface: 'admin', region_id: region, url: 'http://admin' },
      { interface: 'public', region_id: region, url },
    ],
  }
}

async function listAll(options: ImageClientOptions): Promise<void> {
  for await (const _ of new ImageClient({ retry: quickly, ...options }).images.list());
}

test.each([
  'http://host/identity',
  'http://host/identity/',
  'http://host/identity/v3',
  'http://host/identity/v3/',
])('authUrl %s is where tokens are asked for', (authUrl) =>
  expect(tokensUrl(authUrl).href).toBe('http://host/identity/v3/auth/tokens'),
)

describe('password()', () => {
  test('names user and project in the domain "default" when no other is given', async () => {
    await using server = await serve(identity())
    await listAll({
      endpoint: server.url,
      auth: password({ authUrl: `${server.url}/identity`, ...user }),
    })
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'ada', domain: { id: 'default' }, password: 'secret' } },
        },
        scope: { project: { name: 'engines', domain: { id: 'default' } } },
      },
    })
    expect(server.seen[1]?.headers['x-auth-token']).toBe('issued')
  })

  test('takes ids, and domains by name', async () => {
    await using server = await serve(identity())
    const authUrl = `${server.url}/identity/v3`
    await listAll({
      endpoint: server.url,
      auth: password({
        authUrl,
        userId: 'u1',
        password: 'secret',
        project: 'engines',
        projectDomain: 'works',
      }),
    })
    const { auth } = JSON.parse(server.seen[0]?.body ?? '')
    expect(auth.identity.password.user).toEqual({ id: 'u1', password: 'secret' })
    expect(auth.scope.project).toEqual({ name: 'engines', domain: { name: 'works' } })
  })

  test('rejects with the sentence of Identity when the password is wrong, and asks once', async () => {
    await using server = await serve(() => ({
      status: 401,
      json: { error: { message: 'The request you have made requires authentication.', code: 401 } },
    }))
    const call = listAll({
      endpoint: server.url,
      auth: password({ authUrl: server.url, ...user }),
    })
    await expect(call).rejects.toThrow(UnauthorizedError)
    await expect(call).rejects.toThrow('The request you have made requires authentication.')
    expect(server.seen).toHaveLength(1)
  })

  test('tries again when Identity is down for a moment', async () => {
    let outages = 2
    const up = identity()
    await using server = await serve((request, connection) =>
      outages-- > 0 ? { status: 503 } : up(request, connection),
    )
    await listAll({
      endpoint: server.url,
      auth: password({ authUrl: `${server.url}/identity`, ...user }),
    })
    expect(server.seen).toHaveLength(4)
  })
})

test('calls do not multiply the attempts of a login that fails', async () => {
  await using server = await serve(() => ({ status: 503 }))
  const call = listAll({ endpoint: server.url, auth: password({ authUrl: server.url, ...user }) })
  await expect(call).rejects.toThrow(ServiceUnavailableError)
  expect(server.seen).toHaveLength(quickly.attempts)
})

describe('without an endpoint', () => {
  test('the public image endpoint of the catalog is used, in the region asked for', async () => {
    await using images = await serve(() => ({ json: { images: [] } }))
    await using keystone = await serve(
      identity([
        imageService('http://127.0.0.1:1', 'north'),
        imageService(`${images.url}/image`, 'south'),
      ]),
    )
    const auth = password({ authUrl: `${keystone.url}/identity`, ...user })
    await listAll({ auth, region: 'south' })
    expect(images.seen.map(({ line }) => line)).toEqual(['GET /image/v2/images'])
  })

  test('a catalog without an image service rejects and says so', async () => {
    await using server = await serve(identity([imageService('http://127.0.0.1:1', 'north')]))
    const auth = password({ authUrl: `${server.url}/identity`, ...user })
    const call = listAll({ auth, region: 'south' })
    await expect(call).rejects.toThrow(EndpointNotFoundError)
    await expect(call).rejects.toThrow('in region "south"')
  })
})

test("a token's life is reckoned by this machine's clock, whatever Identity's says", () => {
  const now = Date.parse('2030-01-01T00:00:00Z')
  const token = {
    issued_at: '2026-01-01T00:00:00.000000Z',
    expires_at: '2026-01-01T01:00:00.000000Z',
  }
  expect(sessionOf('t', { token }, now).expiresAt).toEqual(new Date('2030-01-01T01:00:00Z'))
})
