/** The SDK and the real service, as two projects that share, publish and hear of each other. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  BadRequestError,
  ConflictError,
  type FollowedEvent,
  ForbiddenError,
  type Image,
  ImageClient,
  NotFoundError,
  password,
  type SharingEvent,
  verifyWebhook,
} from '../src/index.ts'
import { type Account, type TestService, testService } from './service.ts'

let service: TestService
let producer: Account
let consumer: Account

beforeAll(async () => {
  service = await testService({
    VITRINE_SHARING__HOURS_BETWEEN_REMINDERS: '0',
    VITRINE_WEBHOOKS__ALLOWED_NETWORKS: '127.0.0.0/8',
    VITRINE_WEBHOOKS__ALLOWED_PORTS: '',
  })
  producer = await service.account('producer')
  consumer = await service.account('consumer')
})
afterAll(() => service[Symbol.asyncDispose]())

/** Presses the button of the page that a mail leads to. Without a mail server an admin reads it. */
async function followLink(email: string, page: string): Promise<void> {
  const { token } = await password(service.adminLogin).authenticate({
    fetch,
    retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
    signal: AbortSignal.timeout(10_000),
  })
  const find = async () => {
    const answer = await fetch(`${service.url}/sharing/v1/mails`, {
      headers: { 'x-auth-token': token },
    })
    const { mails } = await answer.json()
    const mail = mails.find(({ to }: { to: string }) => to === email)
    return new RegExp(`https?://\\S+/mail/${page}/\\S+`).exec(mail?.text ?? '')?.[0]
  }
  await expect.poll(find).toBeDefined()
  const pressed = await fetch((await find()) ?? '', {
    method: 'POST',
    body: new URLSearchParams(),
  })
  expect(pressed.status).toBe(200)
}

const newImage = (name: string): Promise<Image> =>
  producer.images.create({
    name,
    diskFormat: 'raw',
    containerFormat: 'bare',
    visibility: 'shared',
  })

describe('a share', () => {
  test('reaches the inbox with its note, is accepted there, and leaves its trace', async () => {
    const image = await (await newImage('offered')).upload('data')
    const targets = [consumer.projectId, { projectId: 'another', email: 'a@example.com' }]
    const shares = await image.share(targets, { note: 'Try this.' })
    expect(shares).toEqual([
      { projectId: consumer.projectId, outcome: 'shared', status: 'pending' },
      { projectId: 'another', outcome: 'shared', status: 'pending' },
    ])
    expect((await image.share('another'))[0]?.outcome).toBe('already')

    const [offer] = await Array.fromAsync(consumer.client.inbox.list({ name: 'offered' }))
    expect(offer).toMatchObject({
      image: { id: image.id, owner: producer.projectId, size: 4, hash: image.hash },
      note: 'Try this.',
    })
    expect(await offer?.accept()).toMatchObject({ imageId: image.id, status: 'accepted' })
    expect(await Array.fromAsync(consumer.client.inbox.list({ name: 'offered' }))).toEqual([])

    const typesOf = (entries: readonly { type: string; consumer: string | null }[]) =>
      entries.map((entry) => [entry.type, entry.consumer])
    expect(typesOf(await Array.fromAsync(image.activity()))).toEqual([
      ['accepted', consumer.projectId],
      ['shared', 'another'],
      ['shared', consumer.projectId],
    ])
    const own = await Array.fromAsync(consumer.client.activity({ maxItems: 2, pageSize: 1 }))
    expect(typesOf(own)).toEqual([
      ['accepted', consumer.projectId],
      ['shared', consumer.projectId],
    ])
    expect(own[0]?.actor?.projectId).toBe(consumer.projectId)
  })

  test('that waits is reminded of, and one that is rejected is left in peace', async () => {
    const image = await newImage('reminded')
    await image.share(consumer.projectId)
    const reminded = await image.remind(consumer.projectId, { note: 'Please' })
    expect(reminded).toMatchObject({ projectId: consumer.projectId, count: 1 })
    const [offer] = await Array.fromAsync(consumer.client.inbox.list({ name: 'reminded' }))
    await offer?.reject()
    await expect(image.remind(consumer.projectId)).rejects.toThrow(ConflictError)
    await expect(consumer.client.inbox.answer('nothing', 'accepted')).rejects.toThrow(NotFoundError)
  })

  test('of a blocked producer is not in the inbox, and many are accepted at once', async () => {
    const { inbox, blocks } = consumer.client
    await inbox.acceptAll()
    await (await newImage('unwanted')).share(consumer.projectId)
    await blocks.add(producer.projectId)
    expect((await blocks.list()).map(({ projectId }) => projectId)).toEqual([producer.projectId])
    expect(await Array.fromAsync(inbox.list())).toEqual([])
    await blocks.delete(producer.projectId)
    expect(await inbox.acceptAll()).toBe(1)
  })
})

test('contacts are named, changed and deleted', async () => {
  const { contacts } = consumer.client
  const contact = await contacts.add({ email: 'me@example.com', wants: { reminder: 'never' } })
  expect(contact).toMatchObject({ proven: false, language: 'en' })
  expect(contact.wants).toMatchObject({ reminder: 'never', shared: 'at_once' })
  await contact.update({ language: 'de', wants: { shared: 'daily' } })
  const [kept] = await contacts.list()
  expect(kept).toMatchObject({ id: contact.id, language: 'de' })
  expect(kept?.wants).toMatchObject({ reminder: 'never', shared: 'daily' })
  await contact.delete()
  expect(await contacts.list()).toEqual([])
})

test('images are published, found by everyone, and taken back', async () => {
  const { publishers, listings } = producer.client
  const image = await (await newImage('secret name')).upload('data')
  const text = { title: 'Zebra server', os: 'ZebraOS', architecture: 'amd64', osVersion: null }
  await expect(listings.publish(image.id, text)).rejects.toThrow(ConflictError)
  const publisher = await publishers.save(producer.projectId, { name: 'Acme' })
  expect(publisher).toMatchObject({ slug: 'acme', verified: false })
  await listings.publish(image.id, text)

  const [found] = await Array.fromAsync(consumer.client.listings.search({ query: 'zeb' }))
  expect(found).toMatchObject({
    imageId: image.id,
    architecture: 'x86_64',
    publisher: { slug: 'acme' },
    image: { available: true, open: false, size: 4, checksum: image.checksum },
  })
  const { total, facets } = await consumer.client.listings.count({ query: 'zeb' })
  expect([total, facets.architecture]).toEqual([
    1,
    [{ value: 'x86_64', label: 'x86_64', count: 1 }],
  ])
  const own = await Array.fromAsync(publishers.listings(producer.projectId))
  expect(own.map(({ title }) => title)).toEqual(['Zebra server'])
  const verified = await service.admin.publishers.setVerified(producer.projectId, true)
  expect(verified.verified).toBe(true)
  await listings.delete(image.id)
  expect(await Array.fromAsync(consumer.client.listings.search({ query: 'zeb' }))).toEqual([])
})

test('published images are asked for, and had', async () => {
  const { publishers, listings, requests } = producer.client
  const image = await (await newImage('inner name')).upload('data')
  await publishers.save(producer.projectId, { name: 'Acme' })
  await listings.publish(image.id, { title: 'To ask for', os: 'Debian', architecture: 'x86_64' })
  const rule = await requests.setRule(image.id, { emailDomains: ['example.org'], most: 5 })
  expect(rule).toEqual({ projects: null, emailDomains: ['example.org'], most: 5, approved: 0 })
  expect(await requests.getRule(image.id)).toEqual(rule)

  const email = 'someone@example.com'
  const asked = await consumer.client.requests.ask({ imageId: image.id, email, message: 'Please' })
  expect(asked).toMatchObject({ status: 'unverified', title: 'To ask for', email })
  expect(await Array.fromAsync(requests.list())).toEqual([])
  await followLink(email, 'request')
  const [open] = await Array.fromAsync(requests.list({ status: 'open' }))
  expect(open).toMatchObject({ id: asked.id, message: 'Please', projectId: consumer.projectId })
  expect((await open?.ignore())?.status).toBe('ignored')
  expect((await open?.decline({ reason: 'Not yet' }))?.status).toBe('declined')
  const own = await Array.fromAsync(consumer.client.requests.list({ as: 'consumer' }))
  expect(own.map(({ status, reason }) => [status, reason])).toEqual([['declined', 'Not yet']])
  await open?.approve({ note: 'Now' }).catch((error) => expect(error).toBeInstanceOf(ConflictError))

  const again = await consumer.client.requests.ask({
    imageId: image.id,
    email: 'someone@example.org',
  })
  await followLink('someone@example.org', 'request')
  await expect
    .poll(async () => {
      const all = await Array.fromAsync(consumer.client.requests.list({ as: 'consumer' }))
      return all.find(({ id }) => id === again.id)?.status
    })
    .toBe('approved')
  await requests.deleteRule(image.id)
})

describe('events', () => {
  /** The next events about this image. */
  async function next(events: AsyncIterator<FollowedEvent>, count: number) {
    const found: FollowedEvent[] = []
    while (found.length < count) {
      const { value, done } = await events.next()
      if (done) throw new Error('The events have ended')
      found.push(value)
    }
    return found
  }

  test('come as they happen, and after a cursor', async () => {
    const { cursor } = await consumer.client.events.page({ after: 'now' })
    const events = consumer.client.events.follow({ after: cursor })
    const image = await newImage('followed')
    await image.share(consumer.projectId)
    await consumer.client.inbox.answer(image.id, 'accepted')
    const [shared, accepted] = await next(events, 2)
    expect(shared).toMatchObject({
      type: 'image.member.create',
      as: 'consumer',
      imageId: image.id,
      image: { name: 'followed', owner: producer.projectId },
      member: { projectId: consumer.projectId, status: 'pending' },
    })
    expect(accepted).toMatchObject({ type: 'image.member.update', previousStatus: 'pending' })
    await events.return()

    const later = consumer.client.events.follow({ after: shared?.cursor })
    expect((await next(later, 1))[0]).toEqual(accepted)
    await later.return()
    const page = await consumer.client.events.page({ after: cursor, pageSize: 1 })
    expect([page.events[0]?.id, page.hasMore]).toEqual([shared?.id, true])
  })

  test('go on where they were when the connection breaks off', async () => {
    let connections = 0
    const breaking: typeof fetch = async (url, init) => {
      const response = await fetch(url, init)
      if (!String(url).includes('/events')) return response
      connections += 1
      let pieces = 0
      // As a proxy that dies does, after the cursor and one event.
      const cut = new TransformStream({
        transform: (piece, controller) =>
          pieces++ < 2 ? controller.enqueue(piece) : controller.error(new TypeError('terminated')),
      })
      return new Response(response.body?.pipeThrough(cut) ?? null, response)
    }
    const client = new ImageClient({ auth: password(consumer), fetch: breaking })
    const { cursor } = await consumer.client.events.page({ after: 'now' })
    const events = client.events.follow({ after: cursor, types: ['image.member.create'] })
    const ids: string[] = []
    const names: (string | null)[] = []
    for (let i = 0; i < 3; i++) {
      const image = await newImage(`broken ${i}`)
      await image.share(consumer.projectId)
      const [event] = await next(events, 1)
      ids.push(event?.id ?? '')
      names.push(event?.image?.name ?? null)
    }
    await events.return()
    expect(names).toEqual(['broken 0', 'broken 1', 'broken 2'])
    expect(new Set(ids).size).toBe(3)
    expect(connections).toBeGreaterThan(1)
  })

  test('end with the signal, and are refused for what is no cursor', async () => {
    const { events } = consumer.client
    const stopping = new AbortController()
    const following = events.follow({ signal: stopping.signal }).next()
    const leaving = new Error('the user left')
    setTimeout(() => stopping.abort(leaving), 50)
    await expect(following).rejects.toBe(leaving)
    await expect(events.follow({ after: 'yesterday' }).next()).rejects.toThrow(BadRequestError)
  })
})

test('webhooks deliver what is verified, and tell how it went', async () => {
  const received: SharingEvent[] = []
  const refused: unknown[] = []
  let secret = 'whsec_b3RoZXI='
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    try {
      received.push(await verifyWebhook({ secret, headers: request.headers, body }))
      response.writeHead(204).end()
    } catch (error) {
      refused.push(error)
      response.writeHead(401).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const bound = server.address()
  const port = typeof bound === 'object' ? bound?.port : 0

  const { webhooks } = producer.client
  const added = await webhooks.add({
    url: `http://127.0.0.1:${port}/hook`,
    types: ['image.create'],
  })
  const image = await newImage('posted')
  await expect.poll(() => refused).toHaveLength(1)
  expect(refused[0]).toMatchObject({ name: 'InvalidSignatureError' })
  const deliveries = () => Array.fromAsync(added.webhook.deliveries({ maxItems: 1 }))
  await expect.poll(async () => (await deliveries())[0]?.status).toBe(401)

  secret = added.secret
  const [delivery] = await deliveries()
  expect(delivery).toMatchObject({ state: 'waiting', attempts: 1, imageId: image.id })
  await added.webhook.redeliver(delivery?.id ?? '')
  await expect.poll(() => received).toMatchObject([{ type: 'image.create', imageId: image.id }])
  await expect.poll(async () => (await deliveries())[0]?.state).toBe('delivered')

  const webhook = await webhooks.get(added.webhook.id)
  const whole = await webhook.delivery(delivery?.id ?? '')
  expect(whole).toMatchObject({ state: 'delivered', attempts: 2, event: received[0] })
  expect(await webhook.changeSecret()).toMatch(/^whsec_/)
  await webhook.update({ enabled: false, description: 'off' })
  const [listed] = await webhooks.list()
  expect(listed).toMatchObject({ enabled: false, description: 'off', types: ['image.create'] })
  await webhook.delete()
  expect(await webhooks.list()).toEqual([])
  await expect(webhooks.add({ url: 'http://10.0.0.1/' })).rejects.toThrow(BadRequestError)
})

test('the producer alone shares', async () => {
  const image = await newImage('not theirs')
  await image.share(consumer.projectId)
  const offered = await consumer.images.get(image.id)
  await expect(offered.share('another')).rejects.toThrow(ForbiddenError)
})
