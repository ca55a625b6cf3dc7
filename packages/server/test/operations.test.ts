/**
 * What an operator sees of a service that shows all it can: metrics, a line of the log per request, and
 * traces, told to a collector that listens here. None of it may tell a secret.
 */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activeImage, createImage, octets } from './image-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'
import { type Collector, startCollector } from './trace-collector.ts'

const metricsToken = 'for prometheus alone'

describe('a service that shows all it can', () => {
  let collector: Collector
  let service: TestService
  beforeAll(async () => {
    collector = await startCollector()
    service = await startTestService({
      VITRINE_LOG__REQUESTS: 'true',
      VITRINE_METRICS__TOKEN: metricsToken,
      VITRINE_TRACES__URL: `${collector.url}?api_key=collectors-secret`,
    })
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await collector[Symbol.asyncDispose]()
  })

  const metrics = async () => {
    const headers = { authorization: `Bearer ${metricsToken}` }
    const answer = await service.ask('GET', '/metrics', { headers })
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    return answer.text
  }
  /** Of the series that is written so. */
  const value = async (series: string) => {
    const line = (await metrics()).split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.slice(series.length + 1))
  }
  const lines = () => service.complaints.map((line) => JSON.parse(line))

  test('shows its metrics to whoever has the token, and to nobody else', async () => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${metricsToken}`]) {
      const answer = await service.ask('GET', '/metrics', { headers: { authorization } })
      expect([answer.status, answer.text.includes('vitrine_http')]).toEqual([401, false])
    }
    expect(await metrics()).toContain('# TYPE vitrine_http_requests_total counter')
  })

  test('counts requests by route and status, and names no image', async () => {
    const shown = 'method="GET",route="/v2/images/:imageId"'
    const before = (await value(`vitrine_http_requests_total{${shown},status="200"}`)) ?? 0
    const id = await createImage(service)
    await service.ask('GET', `/v2/images/${id}`)
    await service.ask('GET', `/v2/images/${id}`)
    await service.ask('GET', '/v2/images/none')
    await service.ask('GET', '/nowhere?at=all')
    expect(await value(`vitrine_http_requests_total{${shown},status="200"}`)).toBe(before + 2)
    expect(await value(`vitrine_http_requests_total{${shown},status="404"}`)).toBe(1)
    expect(await value('vitrine_http_requests_total{method="GET",route="none",status="300"}')).toBe(
      1,
    )
    expect(await value(`vitrine_http_request_duration_seconds_count{${shown}}`)).toBe(before + 3)
    expect((await metrics()).includes(id)).toBe(false)
  })

  test('counts bytes while they move, and the transfers under way', async () => {
    const id = await createImage(service)
    const sent = (await value('vitrine_http_bytes_total{direction="received"}')) ?? 0
    const upload = request(`${service.url}/v2/images/${id}/file`, {
      method: 'PUT',
      headers: { ...octets, 'x-auth-token': service.accounts.tokenOf('own') },
    })
    upload.write(Buffer.alloc(1_000_000))
    const underWay = () => value('vitrine_transfers_in_flight{direction="upload"}')
    await expect.poll(underWay).toBe(1)
    await expect
      .poll(() => value('vitrine_http_bytes_total{direction="received"}'))
      .toBeGreaterThan(sent + 1_000_000)
    upload.end()
    const [answer]: IncomingMessage[] = await once(upload, 'response')
    expect(answer?.statusCode).toBe(204)
    answer?.resume()
    await expect.poll(underWay).toBe(0)

    const refused = await service.ask('PUT', `/v2/images/${id}/file`, {
      headers: { ...octets, 'x-auth-token': 'wrong' },
    })
    expect([refused.status, await underWay()]).toEqual([401, 0])
    await service.ask('GET', `/v2/images/${id}/file`)
    expect(await value('vitrine_http_bytes_total{direction="sent"}')).toBeGreaterThan(1_000_000)
    await expect.poll(() => value('vitrine_transfers_in_flight{direction="download"}')).toBe(0)
  })

  test('shows how long stores and the database take, and who lags behind in the outbox', async () => {
    await service.ask('GET', `/v2/images/${await activeImage(service, 'data')}/file`)
    const store = 'vitrine_store_operation_duration_seconds_count{store="files"'
    expect(await value(`${store},operation="put",outcome="ok"}`)).toBeGreaterThan(0)
    expect(await value(`${store},operation="get",outcome="ok"}`)).toBeGreaterThan(0)
    const database = 'vitrine_database_operation_duration_seconds_count'
    expect(await value(`${database}{operation="query"}`)).toBeGreaterThan(0)
    expect(await value(`${database}{operation="transaction"}`)).toBeGreaterThan(0)
    await expect.poll(() => value('vitrine_outbox_lag_events{consumer="mail"}')).toBe(0)
    expect(await value('vitrine_outbox_lag_seconds{consumer="mail"}')).toBe(0)
    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  })

  test('writes a line per request, with what its caller may quote', async () => {
    const id = await createImage(service)
    const headers = { 'x-openstack-request-id': 'req-quoted' }
    const answer = await service.ask('GET', `/v2/images/${id}?token=secret-query`, { headers })
    expect(answer.headers['x-openstack-request-id']).toBe('req-quoted')
    const line = () => lines().find(({ reqId }) => reqId === 'req-quoted')
    await expect.poll(line).toMatchObject({
      level: 30,
      method: 'GET',
      path: `/v2/images/${id}`,
      status: 200,
      ms: expect.any(Number),
      ip: expect.stringContaining('127.0.0.1'),
      userId: expect.stringMatching(/^[0-9a-f]{32}$/),
      projectId: service.accounts.projectId('producer'),
      msg: 'answered',
    })
  })

  test('traces a request as part of its caller’s trace, with what was asked of store and database', async () => {
    const id = await activeImage(service, 'traced')
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
    await service.ask('GET', `/v2/images/${id}/file`, { headers })
    const found = () => collector.spans().filter((span) => span.traceId === traceId)
    const name = 'GET /v2/images/:imageId/file'
    // They are told some seconds later, all at once.
    await expect.poll(() => found().map((span) => span.name)).toContain(name)
    const own = found().find((span) => span.name === name)
    expect(own).toMatchObject({ parentSpanId: 'b7ad6b7169203331' })
    const others = found().filter((span) => span !== own)
    expect(others.every((span) => span.parentSpanId === own?.spanId)).toBe(true)
    expect(new Set(others.map((span) => span.name))).toEqual(
      new Set(['query', 'get', 'transaction']),
    )
    expect(JSON.stringify(collector.spans()).includes(id)).toBe(false)
  })

  test('tells no secret: neither in its log, nor its metrics, nor its traces', async () => {
    const token = service.accounts.tokenOf('own')
    const secrets = [
      token,
      metricsToken,
      'secret-query',
      'secret-of-a-link',
      'secret-password',
      'secret-service-token',
      'secret-authorization',
      'collectors-secret',
    ]
    const own = { 'x-auth-token': token, 'x-service-token': 'secret-service-token' }
    await service.ask('GET', '/v2/images?token=secret-query&X-Amz-Signature=secret-query', {
      headers: { ...own, authorization: 'Bearer secret-authorization' },
    })
    await service.ask('GET', '/mail/prove/secret-of-a-link')
    await service.ask('POST', '/mail/unsubscribe/secret-of-a-link')
    await service.ask('GET', '/mail/nowhere/secret-of-a-link')
    await service.ask('GET', '/v2/images/secret-of-a-link%00')
    const user = { name: 'admin', domain: { id: 'default' }, password: 'secret-password' }
    const identity = { methods: ['password'], password: { user } }
    await service.ask('POST', '/identity/v3/auth/tokens', { body: { auth: { identity } } })
    await service.ask('GET', '/identity/v3/auth/tokens', {
      headers: { ...own, 'x-subject-token': token },
    })
    await service.ask('GET', '/v2/images', { headers: { 'x-auth-token': 'secret-query' } })
    await expect
      .poll(() => collector.spans().some(({ name }) => name === 'GET /mail/prove/:token'))
      .toBe(true)
    const shown = [
      service.complaints.join('\n'),
      await metrics(),
      JSON.stringify(collector.spans()),
    ].join('\n')
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    expect(lines().filter(({ path }) => path === '/mail/prove/:token')).toHaveLength(1)
    expect(lines().filter(({ level }) => level > 30)).toEqual([])
  })
})

describe('a service that shows what it does unless told otherwise', () => {
  test('shows its metrics on this machine, writes no line per request, and can show none', async () => {
    await using service = await startTestService()
    const answer = await service.ask('GET', '/metrics')
    expect([answer.status, answer.text.includes('vitrine_http_connections 1')]).toEqual([200, true])
    expect(service.complaints).toEqual([])

    for (const name of ['x-forwarded-for', 'forwarded', 'via']) {
      const passedOn = await service.ask('GET', '/metrics', { headers: { [name]: '127.0.0.1' } })
      expect(passedOn.status).toBe(403)
    }

    await using silent = await startTestService({ VITRINE_METRICS__ENABLED: 'false' })
    // As any path that leads nowhere.
    expect((await silent.ask('GET', '/metrics')).status).toBe(300)
  })
})
