/**
 * Notifications on their way: through a real RabbitMQ to a listener that stands on oslo.messaging,
 * while the broker and the service are killed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  describeRabbit,
  type Heard,
  type Listener,
  type Rabbit,
  startListener,
  startRabbit,
} from './rabbit.ts'
import { type PeerService, startPeerService } from './service.ts'

const patience = { timeout: 60_000, interval: 100 }
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function settingsFor(url: string, more: Record<string, string> = {}): Record<string, string> {
  return { VITRINE_NOTIFICATIONS__DRIVER: 'amqp', VITRINE_NOTIFICATIONS__URL: url, ...more }
}

async function adminToken({ authUrl, adminPassword }: PeerService): Promise<string> {
  const domain = { id: 'default' }
  const user = { name: 'admin', domain, password: adminPassword }
  const identity = { methods: ['password'], password: { user } }
  const auth = { identity, scope: { project: { name: 'admin', domain } } }
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  return answer.headers.get('x-subject-token') ?? ''
}

/** Asks as an admin. */
async function askerOf(service: PeerService) {
  const token = await adminToken(service)
  return async (method: string, path: string, body?: unknown, type = 'application/json') => {
    const answer = await fetch(`${service.url}/v2/images${path}`, {
      method,
      headers: { 'x-auth-token': token, 'content-type': type },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    expect(answer.status, `${method} ${path}: ${text}`).toBeLessThan(300)
    return text.startsWith('{') ? JSON.parse(text) : text
  }
}

const formats = { disk_format: 'raw', container_format: 'bare' }

function toldOf(listener: Listener, id: string): readonly Heard[] {
  return listener.heard.filter(({ payload }) => payload.id === id || payload.image_id === id)
}
const typesOf = (heard: readonly Heard[]) => heard.map(({ event_type: type }) => type)
const idsOf = (heard: readonly Heard[]) => heard.map(({ metadata }) => metadata.message_id)

describeRabbit('with a RabbitMQ', () => {
  let rabbit: Rabbit
  beforeAll(async () => {
    rabbit = await startRabbit()
  })
  afterAll(() => rabbit[Symbol.asyncDispose]())

  test('a listener of OpenStack hears the life of an image, each event once, in order', async () => {
    await using listener = await startListener(rabbit.url)
    await using service = await startPeerService(settingsFor(rabbit.url))
    const ask = await askerOf(service)
    const { id } = await ask('POST', '', { name: 'heard', os_distro: 'debian', ...formats })
    await ask('PUT', `/${id}/file`, 'data', 'application/octet-stream')
    await ask('POST', `/${id}/members`, { member: 'a-consumer' })
    await ask('PUT', `/${id}/members/a-consumer`, { status: 'accepted' })
    await ask('DELETE', `/${id}/members/a-consumer`)
    expect(await ask('GET', `/${id}/file`)).toBe('data')
    // It is told once all of the answer was sent.
    await expect.poll(() => typesOf(toldOf(listener, id)), patience).toContain('image.send')
    await ask('DELETE', `/${id}`)

    await expect.poll(() => typesOf(toldOf(listener, id)), patience).toContain('image.delete')
    const heard = toldOf(listener, id)
    expect(typesOf(heard).filter((type) => type !== 'image.update')).toEqual([
      'image.create',
      'image.prepare',
      'image.upload',
      'image.activate',
      'image.member.create',
      'image.member.update',
      'image.member.delete',
      'image.send',
      'image.delete',
    ])
    expect(new Set(idsOf(heard)).size).toBe(heard.length)
    for (const one of heard) {
      expect(one).toMatchObject({ priority: 'INFO', publisher_id: 'image.localhost' })
      expect(one.metadata.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
    }
    const [created] = heard
    expect(created?.payload).toEqual({
      id,
      name: 'heard',
      status: 'queued',
      created_at: expect.stringMatching(time),
      updated_at: expect.stringMatching(time),
      min_disk: 0,
      min_ram: 0,
      protected: false,
      checksum: null,
      owner: expect.any(String),
      ...formats,
      size: null,
      virtual_size: null,
      is_public: false,
      visibility: 'shared',
      properties: { os_distro: 'debian' },
      tags: [],
      deleted: false,
      deleted_at: null,
    })
  })

  test('what nobody listens to waits for the listener', async () => {
    await using service = await startPeerService(settingsFor(rabbit.url))
    const ask = await askerOf(service)
    const { id } = await ask('POST', '', formats)
    await ask('DELETE', `/${id}`)
    await using listener = await startListener(rabbit.url)
    const types = () => typesOf(toldOf(listener, id))
    await expect.poll(types, patience).toEqual(['image.create', 'image.delete'])
  })

  test('a wrong password is told to the operator, never shown, and hinders nobody', async () => {
    const wrong = rabbit.url.replace('guest:guest', 'guest:sesame')
    await using service = await startPeerService(settingsFor(wrong))
    const ask = await askerOf(service)
    expect((await ask('POST', '', formats)).status).toBe('queued')
    await expect.poll(() => service.said(), patience).toContain('message broker')
    expect(service.said()).not.toContain('sesame')
  })
})

describeRabbit('with a RabbitMQ whose queues are durable', () => {
  describe('and that is killed, as the service is', () => {
    test('nothing is lost, and each image’s events keep their order', async () => {
      await using rabbit = await startRabbit()
      const settings = settingsFor(rabbit.url, { VITRINE_NOTIFICATIONS__DURABLE: 'true' })
      await using listener = await startListener(rabbit.url, { durable: true })
      const first = await startPeerService(settings)
      let ask = await askerOf(first)
      const ids: string[] = []
      const live = async (count: number) => {
        for (let i = 0; i < count; i++) {
          const { id } = await ask('POST', '', formats)
          await ask('POST', `/${id}/members`, { member: 'a-consumer' })
          await ask('DELETE', `/${id}`)
          ids.push(id)
        }
      }
      await live(20)
      await rabbit.kill()
      await live(20)
      await first.kill()
      await using second = await startPeerService(settings, first)
      ask = await askerOf(second)
      await live(20)
      await rabbit.start()
      await live(20)

      const last = ids.at(-1) ?? ''
      await expect.poll(() => typesOf(toldOf(listener, last)), patience).toContain('image.delete')
      for (const id of ids) {
        // What was sent without being confirmed is sent again, with the id that it had.
        const once = new Map(toldOf(listener, id).map((one) => [one.metadata.message_id, one]))
        expect(typesOf([...once.values()])).toEqual([
          'image.create',
          'image.member.create',
          'image.delete',
        ])
      }
    }, 180_000)
  })
})
