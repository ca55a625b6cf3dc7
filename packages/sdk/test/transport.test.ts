/** How calls travel, seen from the outside: through images, members and lists. */
import { describe, expect, test } from 'vitest'
import {
  type Auth,
  ConflictError,
  ForbiddenError,
  HttpError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
  ServiceUnavailableError,
  UnauthorizedError,
  UnexpectedResponseError,
} from '../src/index.ts'
import { type Answer, serve } from './http-server.ts'
import { imageBody, imageId, memberBody } from './image-body.ts'

/** Gives these answers one after the other, and the last one from then on. */
function inTurn(...answers: [Answer, ...Answer[]]) {
  let last: Answer = answers[0]
  return () => {
    last = answers.shift() ?? last
    return last
  }
}

/** Issues t1, t2, … */
function countingAuth(): Auth & { logins: number } {
  const auth = {
    logins: 0,
    authenticate: async () => {
      auth.logins += 1
      return { token: `t${auth.logins}` }
    },
  }
  return auth
}

describe('a refusal', () => {
  test('is an error of its status with the sentence and the request id of the service', async () => {
    await using server = await serve(() => ({
      status: 404,
      headers: { 'content-type': 'text/html; charset=UTF-8', 'x-openstack-request-id': 'req-7' },
      body: '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>No image found with ID 7<br /><br />\n</body></html>',
    }))
    const error = await server
      .client()
      .images.get(imageId)
      .catch((error: unknown) => error)
    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({
      name: 'NotFoundError',
      status: 404,
      message: 'No image found with ID 7',
      requestId: 'req-7',
    })
  })

  test('of a status without a class of its own is an HttpError', async () => {
    await using server = await serve(() => ({ status: 418, body: 'a teapot' }))
    const call = server.client().images.get(imageId)
    await expect(call).rejects.toMatchObject({
      name: 'HttpError',
      status: 418,
      message: 'a teapot',
    })
  })

  test('without a body says its status', async () => {
    await using server = await serve(() => ({ status: 403 }))
    await expect(server.client().images.get(imageId)).rejects.toThrow(
      expect.objectContaining({ name: 'ForbiddenError', message: '403 Forbidden' }),
    )
  })
})

describe('an outage', () => {
  test.each([429, 502, 503, 504])(
    'of %d is waited out by a call that is safe to repeat',
    async (status) => {
      await using server = await serve(inTurn({ status }, { status }, { json: imageBody() }))
      await server.client().images.get(imageId)
      expect(server.seen).toHaveLength(3)
    },
  )

  test('that outlasts all attempts rejects with the last refusal', async () => {
    await using server = await serve(() => ({ status: 503, body: 'the store does not answer' }))
    await expect(server.client().images.get(imageId)).rejects.toThrow(
      expect.objectContaining({
        name: 'ServiceUnavailableError',
        message: 'the store does not answer',
      }),
    )
    expect(server.seen).toHaveLength(3)
  })

  test('is not waited out longer than the caller allows, and the error says how long', async () => {
    await using server = await serve(() => ({ status: 429, headers: { 'retry-after': '3600' } }))
    const call = server.client().images.get(imageId)
    await expect(call).rejects.toThrow(RateLimitedError)
    await expect(call).rejects.toMatchObject({ retryAfterMs: 3_600_000 })
    expect(server.seen).toHaveLength(1)
  })

  test('does not make a call twice that would do its work twice', async () => {
    await using server = await serve(({ line }) =>
      line.startsWith('GET') ? { json: imageBody() } : { status: 503 },
    )
    const { images } = server.client()
    const image = await images.get(imageId)
    await expect(images.create({ name: 'one' })).rejects.toThrow(ServiceUnavailableError)
    await expect(image.update({ name: 'new' })).rejects.toThrow(ServiceUnavailableError)
    await expect(image.members.add('consumer')).rejects.toThrow(ServiceUnavailableError)
    expect(server.seen.map(({ line }) => line)).toEqual([
      `GET /v2/images/${imageId}`,
      'POST /v2/images',
      `PATCH /v2/images/${imageId}`,
      `POST /v2/images/${imageId}/members`,
    ])
  })

  test('that hid the answer to a delete does not turn it into "not found"', async () => {
    await using server = await serve(
      inTurn({ json: imageBody() }, { status: 504 }, { status: 404, body: 'no such image' }),
    )
    const image = await server.client().images.get(imageId)
    await expect(image.delete()).resolves.toBeUndefined()
  })

  test('leaves a delete of what never was "not found"', async () => {
    await using server = await serve(inTurn({ json: imageBody() }, { status: 404 }))
    const image = await server.client().images.get(imageId)
    await expect(image.delete()).rejects.toThrow(NotFoundError)
  })
})

test('a delete of what never was is "not found" also when its token was renewed', async () => {
  await using server = await serve(
    inTurn({ json: imageBody() }, { status: 401 }, { status: 404, body: 'no such image' }),
  )
  const image = await server.client({ auth: countingAuth() }).images.get(imageId)
  await expect(image.delete()).rejects.toThrow(NotFoundError)
})

describe('a broken connection', () => {
  test('is a NetworkError that names the address and the reason', async () => {
    const gone = await serve(() => ({}))
    await gone[Symbol.asyncDispose]()
    const call = gone.client().images.get(imageId)
    await expect(call).rejects.toThrow(NetworkError)
    await expect(call).rejects.toThrow(`Cannot GET ${gone.url}/v2/images/${imageId}: `)
    await expect(call).rejects.toThrow('ECONNREFUSED')
  })

  test('in the middle of an answer is tried again', async () => {
    let breaks = 1
    await using server = await serve((_, { outgoing }) => {
      if (breaks-- === 0) return { json: imageBody() }
      outgoing.writeHead(200, { 'content-length': '1000' })
      outgoing.write('{"id":', () => outgoing.destroy())
      return undefined
    })
    expect((await server.client().images.get(imageId)).name).toBe('debian')
    expect(server.seen).toHaveLength(2)
  })
})

describe('an abort', () => {
  test('ends a call that hangs, with the reason given', async () => {
    await using server = await serve(() => undefined)
    const leaving = new Error('the user left')
    const controller = new AbortController()
    const call = server.client().images.get(imageId, { signal: controller.signal })
    setTimeout(() => controller.abort(leaving), 20)
    await expect(call).rejects.toBe(leaving)
  })

  test('ends the wait for a service that is down', async () => {
    await using server = await serve(() => ({ status: 503, headers: { 'retry-after': '50' } }))
    const signal = AbortSignal.timeout(20)
    await expect(server.client().images.get(imageId, { signal })).rejects.toBe(
      await new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve(signal.reason), { once: true }),
      ),
    )
  })
})

describe('a refused token', () => {
  test('is renewed once for all calls that wait, and each call is made again', async () => {
    await using server = await serve(({ headers }) =>
      headers['x-auth-token'] === 't1' ? { status: 401 } : { json: imageBody() },
    )
    const auth = countingAuth()
    const { images } = server.client({ auth })
    await Promise.all(Array.from({ length: 10 }, () => images.get(imageId)))
    expect(auth.logins).toBe(2)
    expect(server.seen).toHaveLength(20)
  })

  test('is renewed also for a call that may not be repeated otherwise', async () => {
    await using server = await serve(({ headers }) =>
      headers['x-auth-token'] === 't1' ? { status: 401 } : { status: 201, json: imageBody() },
    )
    const auth = countingAuth()
    await server.client({ auth }).images.create({ name: 'debian' })
    expect(server.seen.map(({ body }) => body)).toEqual(['{"name":"debian"}', '{"name":"debian"}'])
  })

  test('that is refused again after it was renewed rejects', async () => {
    await using server = await serve(() => ({ status: 401, body: 'who?' }))
    const auth = countingAuth()
    await expect(server.client({ auth }).images.get(imageId)).rejects.toThrow(UnauthorizedError)
    expect(auth.logins).toBe(2)
    expect(server.seen).toHaveLength(2)
  })

  test('that cannot be renewed is not tried twice', async () => {
    await using server = await serve(() => ({ status: 401 }))
    await expect(server.client().images.get(imageId)).rejects.toThrow(UnauthorizedError)
    expect(server.seen).toHaveLength(1)
  })
})

describe('an answer that is not of the API', () => {
  test('rejects and shows how it begins', async () => {
    await using server = await serve(() => ({ body: '<html>Welcome to nginx</html>' }))
    const call = server.client().images.get(imageId)
    await expect(call).rejects.toThrow(UnexpectedResponseError)
    await expect(call).rejects.toThrow('"<html>Welcome to nginx</html>"')
  })

  test('rejects and names the field that is wrong', async () => {
    await using server = await serve(() => ({ json: { ...imageBody(), size: 'big' } }))
    await expect(server.client().images.get(imageId)).rejects.toThrow(
      'image.size should be a number and is "big"',
    )
  })

  test('a redirect is not followed, since the token would go along', async () => {
    await using elsewhere = await serve(() => ({ json: imageBody() }))
    await using server = await serve(() => ({
      status: 302,
      headers: { location: `${elsewhere.url}/v2/images` },
    }))
    await expect(server.client().images.get(imageId)).rejects.toThrow(
      `it redirects to ${elsewhere.url}/v2/images`,
    )
    expect(elsewhere.seen).toEqual([])
  })
})

test('errors are told apart by one base class', async () => {
  await using server = await serve(() => ({ status: 409, body: 'taken' }))
  const call = server.client().images.create({ id: imageId })
  await expect(call).rejects.toBeInstanceOf(ConflictError)
  await expect(call).rejects.toBeInstanceOf(HttpError)
  await expect(call).rejects.not.toBeInstanceOf(ForbiddenError)
})

test('the names in a path cannot address anything else', async () => {
  await using server = await serve(({ line }) =>
    line.includes('/members/')
      ? { json: memberBody({ member_id: 'a/../b' }) }
      : { json: imageBody() },
  )
  const image = await server.client().images.get(imageId)
  await image.members.get('a/../b')
  expect(server.seen[1]?.line).toBe(`GET /v2/images/${imageId}/members/a%2F..%2Fb`)
  await expect(image.deleteTag('..')).rejects.toThrow(TypeError)
  expect(server.seen).toHaveLength(2)
})
