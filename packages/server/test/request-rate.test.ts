/** How fast a project may ask: 429 and Retry-After in the form of every face. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countOf } from './at-once.ts'
import { eventually } from './eventually.ts'
import { startTestService, type TestService } from './start-test-service.ts'

/** As many as it takes to make the accounts, and room. */
const burst = 60

let service: TestService
beforeAll(async () => {
  service = await startTestService({
    VITRINE_LIMITS__REQUESTS_PER_SECOND: '1',
    VITRINE_LIMITS__REQUEST_BURST: String(burst),
  })
})
afterAll(() => service[Symbol.asyncDispose]())

/** Whatever it may ask again by now, on a machine that takes its time, it asks before. */
const refusalOf = (path: string, headers: Record<string, string> = {}) =>
  eventually(async () => {
    const answer = await service.ask('GET', path, { headers })
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
    return answer
  })

test('a project that asks too fast is refused by every face, and others are served', async () => {
  const answers = await Promise.all(
    Array.from({ length: burst }, () => service.ask('GET', '/v2/images')),
  )
  expect(countOf(answers)).toEqual({ 200: burst })

  const images = await refusalOf('/v2/images', { accept: 'application/json' })
  expect(images.body).toEqual({
    code: '429 Too Many Requests',
    title: 'Too Many Requests',
    message:
      'Cannot serve the request: the project asks more than 1 times a second, and may ask again in 1 s',
  })
  const sharing = await refusalOf('/sharing/v1/inbox')
  expect(sharing.body).toMatchObject({ status: 429, code: 'too-many' })
  const identity = await refusalOf('/identity/v3/auth/projects')
  expect(identity.body.error).toMatchObject({ code: 429, title: 'Too Many Requests' })

  expect((await service.ask('GET', '/v2/images', { as: 'mem, accepted' })).status).toBe(200)
  expect((await service.ask('GET', '/healthz')).status).toBe(200)
  await expect.poll(async () => (await service.ask('GET', '/v2/images')).status).toBe(200)
})
