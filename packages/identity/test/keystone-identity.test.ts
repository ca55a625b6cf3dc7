import { inspect } from 'node:util'
import { UnavailableError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import {
  askFakeKeystone,
  goodToken,
  type Misbehaviour,
  sendError,
  sendJson,
} from './fake-keystone.ts'

const ada = { userId: 'good-ada', projectId: 'lab', roles: new Set(['member', 'reader']) }

describe('KeystoneIdentity asks', () => {
  test('once for many calls with one token at the same time, and logs in once for all', async () => {
    const { keystone, identity } = await askFakeKeystone()
    const calls = Array.from({ length: 20 }, (_, i) => identity.actorOf(`good-${i % 2}`))
    expect((await Promise.all(calls)).every((actor) => actor?.projectId === 'lab')).toBe(true)
    expect(keystone.asked).toEqual([
      'POST /v3/auth/tokens',
      'GET /v3/auth/tokens?nocatalog',
      'GET /v3/auth/tokens?nocatalog',
    ])
  })

  test.each(['', '/', '/v3', '/v3/'])('with an auth_url that ends with "%s"', async (end) => {
    const { port, keystone, open } = await askFakeKeystone()
    expect(await open({ authUrl: `http://127.0.0.1:${port}${end}` }).actorOf('good-ada')).toEqual(
      ada,
    )
    expect(keystone.asked[0]).toBe('POST /v3/auth/tokens')
  })

  test('under the prefix of an auth_url', async () => {
    const { port, keystone, open } = await askFakeKeystone()
    const identity = open({ authUrl: `http://127.0.0.1:${port}/identity/v3` })
    await identity.actorOf('good-ada')
    expect(keystone.asked[0]).toBe('POST /identity/v3/auth/tokens')
  })

  test('again when the cache time has passed, not before', async () => {
    const { keystone, identity } = await askFakeKeystone()
    await identity.actorOf('good-ada')
    keystone.clock.passSeconds(59)
    await identity.actorOf('good-ada')
    expect(keystone.validations).toBe(1)
    keystone.clock.passSeconds(1)
    await identity.actorOf('good-ada')
    expect(keystone.validations).toBe(2)
  })

  test('again when the token has expired, also within the cache time', async () => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.lifeSeconds = 5
    await identity.actorOf('good-ada')
    keystone.clock.passSeconds(5)
    keystone.misbehave((_, response) => sendError(response, 404))
    expect(await identity.actorOf('good-ada')).toBeUndefined()
  })

  test('every time when nothing may be remembered', async () => {
    const { keystone, identity } = await askFakeKeystone({ cacheSeconds: 0 })
    for (const token of ['good-ada', 'good-ada', 'bad', 'bad']) await identity.actorOf(token)
    expect(keystone.validations).toBe(4)
  })

  test('about an unknown token only every five seconds', async () => {
    const { keystone, identity } = await askFakeKeystone()
    await identity.actorOf('bad')
    keystone.clock.passSeconds(4)
    expect(await identity.actorOf('bad')).toBeUndefined()
    expect(keystone.validations).toBe(1)
    keystone.clock.passSeconds(1)
    await identity.actorOf('bad')
    expect(keystone.validations).toBe(2)
  })

  test('nothing about what cannot be a token, least of all one that holds another header', async () => {
    const { keystone, identity } = await askFakeKeystone()
    const impossible = [
      '',
      ' ',
      'good ada',
      'good\r\nX-Auth-Token: x',
      'good\0',
      'goodé',
      'good\x7f',
    ]
    for (const token of [...impossible, 'x'.repeat(8193)]) {
      expect(await identity.actorOf(token)).toBeUndefined()
    }
    expect(keystone.asked).toEqual([])
    await identity.actorOf('x'.repeat(8192))
    expect(keystone.validations).toBe(1)
  })

  test('about a good token still once a flood of bad ones has gone by', async () => {
    const { keystone, identity } = await askFakeKeystone()
    await identity.actorOf('good-ada')
    for (let i = 0; i < 300; i++) await identity.actorOf(`bad-${i}`)
    const before = keystone.validations
    expect(await identity.actorOf('good-ada')).toEqual(ada)
    expect(keystone.validations).toBe(before)
  })

  test('about 256 tokens at once and refuses more, until the first are answered', async () => {
    const { keystone, identity } = await askFakeKeystone({ timeoutMs: 500 })
    keystone.misbehave(() => {})
    const calls = Array.from({ length: 300 }, (_, i) => identity.actorOf(`good-${i}`))
    await expect(identity.actorOf('good-ada')).rejects.toThrow(UnavailableError)
    const refused = await Promise.allSettled(calls)
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true)
    expect(keystone.subjects.length).toBeLessThanOrEqual(256)
    keystone.misbehave()
    expect(await identity.actorOf('good-ada')).toEqual(ada)
  })
})

describe('an expired token', () => {
  const eve = { ...ada, userId: 'expired-eve' }

  test('is good as long as it comes with the token of a service', async () => {
    const { keystone, identity } = await askFakeKeystone()
    expect(await identity.actorOf('expired-eve')).toBeUndefined()
    expect(await identity.actorOf('expired-eve', 'good-service')).toEqual(eve)
    expect(await identity.actorOf('expired-eve')).toBeUndefined()
    keystone.clock.passSeconds(3600)
    expect(await identity.actorOf('expired-eve')).toBeUndefined()
    expect(await identity.actorOf('expired-eve', 'good-service')).toEqual(eve)
  })

  test.each(['', 'good-ada', 'bad', 'expired-service', 'expired-eve', 'good service'])(
    'is no good with "%s", which no service sent',
    async (serviceToken) => {
      const { keystone, identity } = await askFakeKeystone()
      expect(await identity.actorOf('expired-eve', serviceToken)).toBeUndefined()
      expect(keystone.asked.filter((line) => line.includes('allow_expired'))).toEqual([])
    },
  )

  test('is asked about once in the cache time, and again after it', async () => {
    const { keystone, identity } = await askFakeKeystone()
    const timesAsked = () => keystone.asked.filter((line) => line.includes('allow_expired')).length
    const ask = () => identity.actorOf('expired-eve', 'good-service')
    await Promise.all([ask(), ask(), ask()])
    keystone.clock.passSeconds(59)
    await ask()
    expect(timesAsked()).toBe(1)
    keystone.clock.passSeconds(1)
    await ask()
    expect(timesAsked()).toBe(2)
  })

  test('stops to be good when the token of the service does', async () => {
    const { keystone, identity } = await askFakeKeystone()
    expect(await identity.actorOf('expired-eve', 'good-service')).toEqual(eve)
    keystone.clock.passSeconds(30)
    expect(await identity.actorOf('expired-eve', 'expired-service')).toBeUndefined()
  })

  test('that was never good is none with the token of a service either', async () => {
    const { identity } = await askFakeKeystone()
    expect(await identity.actorOf('bad', 'good-service')).toBeUndefined()
  })

  test('has no part in a token that is good: no service is asked about, and no role of its own counts', async () => {
    const { keystone, identity } = await askFakeKeystone()
    expect(await identity.actorOf('good-ada', 'good-service')).toEqual(ada)
    expect(keystone.subjects).toEqual(['good-ada'])
  })
})

describe('our own token', () => {
  test('is renewed a minute before it expires', async () => {
    const { keystone, identity } = await askFakeKeystone()
    await identity.actorOf('good-ada')
    keystone.clock.passSeconds(3539)
    await identity.actorOf('good-ada')
    expect(keystone.logIns).toBe(1)
    keystone.clock.passSeconds(60)
    await identity.actorOf('good-ada')
    expect(keystone.logIns).toBe(2)
  })

  test('is renewed once for all who wait when Keystone does not take it any more', async () => {
    const { keystone, identity } = await askFakeKeystone()
    await identity.actorOf('good-ada')
    keystone.forgetLogIns()
    const calls = Array.from({ length: 10 }, (_, i) => identity.actorOf(`good-${i}`))
    expect((await Promise.all(calls)).every((actor) => actor?.projectId === 'lab')).toBe(true)
    expect(keystone.logIns).toBe(2)
  })

  test('that is refused as soon as it is given ends in UnavailableError, not in a circle', async () => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehave((_, response) => sendError(response, 401))
    await expect(identity.actorOf('good-ada')).rejects.toThrow(UnavailableError)
    expect(keystone.asked).toHaveLength(4)
  })

  test('is asked for every ten seconds at most while Keystone refuses the password', async () => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehaveAtLogIn((_, response) => sendError(response, 401))
    for (let i = 0; i < 5; i++) {
      await expect(identity.actorOf(`good-${i}`)).rejects.toThrow(UnavailableError)
    }
    expect(keystone.logIns).toBe(1)
    keystone.misbehaveAtLogIn()
    keystone.clock.passSeconds(10)
    expect(await identity.actorOf('good-ada')).toEqual(ada)
  })

  test('is asked for again at once when Keystone was only out of order', async () => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehaveAtLogIn((_, response) => sendError(response, 503))
    await expect(identity.begin()).rejects.toThrow(UnavailableError)
    keystone.misbehaveAtLogIn()
    expect(await identity.actorOf('good-ada')).toEqual(ada)
  })

  test('that cannot be had is explained to the operator, by the names of the settings', async () => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehaveAtLogIn((_, response) => sendError(response, 401))
    await expect(identity.begin()).rejects.toMatchObject({
      cause: {
        message:
          'Keystone refuses the log-in of "glance" (identity.username) in project "service" (identity.project_name): status 401, "Says Keystone"',
      },
    })
  })
})

describe('an answer that says nothing', () => {
  const answers: [string, Misbehaviour][] = [
    ['500', (_, response) => sendError(response, 500)],
    ['503 from a proxy', (_, response) => response.writeHead(503).end('<h1>Busy</h1>')],
    ['404 from a proxy', (_, response) => response.writeHead(404).end('<h1>Not found</h1>')],
    ['403: we may not ask', (_, response) => sendError(response, 403)],
    ['429', (_, response) => sendError(response, 429)],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['no JSON', (_, response) => response.writeHead(200).end('{"token": {')],
    ['JSON without a token', (_, response) => sendJson(response, 200, [])],
    ['no user', (_, response) => sendJson(response, 200, { token: { expires_at: '2031-01-01' } })],
    ['no time', (_, response) => sendJson(response, 200, { token: goodToken('ada', 'never') })],
    [
      'a project without an id',
      (_, response) =>
        sendJson(response, 200, { token: { ...goodToken('ada', '2031-01-01'), project: {} } }),
    ],
    [
      'roles that are none',
      (_, response) =>
        sendJson(response, 200, { token: { ...goodToken('ada', '2031-01-01'), roles: [7] } }),
    ],
    [
      'half an answer',
      (_, response) => response.writeHead(200).write('{', () => response.destroy()),
    ],
    ['a closed connection', (request) => request.socket.destroy()],
  ]

  test.each(answers)('(%s) is UnavailableError, and is not remembered', async (_, misbehaviour) => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehave(misbehaviour)
    await expect(identity.actorOf('good-ada')).rejects.toThrow(UnavailableError)
    expect(keystone.asked).not.toContain('GET /elsewhere')
    keystone.misbehave()
    expect(await identity.actorOf('good-ada')).toEqual(ada)
  })

  test.each(answers)('(%s) to a log-in is UnavailableError', async (_, misbehaviour) => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehaveAtLogIn(misbehaviour)
    await expect(identity.actorOf('good-ada')).rejects.toThrow(UnavailableError)
  })

  test.each(answers)('(%s) tells nobody a token or the password', async (_, misbehaviour) => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehave(misbehaviour)
    const error: unknown = await identity.actorOf('good-secret').catch((reason) => reason)
    expect(error).toBeInstanceOf(UnavailableError)
    const all = inspect(error, { depth: Infinity, showHidden: true })
    expect(all).not.toMatch(/good-secret|our-token|the-password/)
    expect(inspect(identity, { depth: Infinity, showHidden: true })).not.toContain('good-secret')
  })

  test.each([
    ['headers', () => {}],
    ['the end of the body', (_, response) => response.writeHead(200).write('{')],
  ] satisfies [string, Misbehaviour][])(
    'because %s never come is UnavailableError after the timeout',
    async (_, misbehaviour) => {
      const { keystone, identity } = await askFakeKeystone({ timeoutMs: 200 })
      keystone.misbehave(misbehaviour)
      const startedMs = performance.now()
      await expect(identity.actorOf('good-ada')).rejects.toMatchObject({
        code: 'unavailable',
        cause: { message: expect.stringContaining('did not answer within 0.2 s') },
      })
      expect(performance.now() - startedMs).toBeLessThan(2000)
      expect(keystone.validations).toBe(1)
    },
  )

  test('because we may not ask tells the operator which role is missing', async () => {
    const { keystone, identity } = await askFakeKeystone()
    keystone.misbehave((_, response) => sendError(response, 403))
    await expect(identity.actorOf('good-ada')).rejects.toMatchObject({
      cause: {
        message:
          'Keystone does not let "glance" (identity.username) in project "service" (identity.project_name) check tokens, which takes the role service or admin there: status 403, "Says Keystone"',
      },
    })
  })

  test.each([400, 413, 414, 431])(
    'but %i says that the token is too long to be good',
    async (status) => {
      const { keystone, identity } = await askFakeKeystone()
      keystone.misbehave((_, response) => response.writeHead(status).end())
      expect(await identity.actorOf('x'.repeat(8000))).toBeUndefined()
    },
  )
})

describe('while nothing listens', () => {
  test('a token that was seen works for the cache time, and the next one is neither good nor bad', async () => {
    const { keystone, port, identity } = await askFakeKeystone()
    await identity.actorOf('good-ada')
    await keystone.stop()
    keystone.clock.passSeconds(59)
    expect(await identity.actorOf('good-ada')).toEqual(ada)
    await expect(identity.actorOf('good-new')).rejects.toThrow(UnavailableError)
    keystone.clock.passSeconds(1)
    await expect(identity.actorOf('good-ada')).rejects.toThrow(UnavailableError)
    await keystone.listen(port)
    expect(await identity.actorOf('good-ada')).toEqual(ada)
  })

  test('a connection that Keystone has closed meanwhile does no harm', async () => {
    const { keystone, identity } = await askFakeKeystone()
    for (let i = 0; i < 20; i++) {
      await identity.actorOf(`good-${i}`)
      keystone.closeIdleConnections()
    }
    expect(keystone.validations).toBe(20)
  })
})
