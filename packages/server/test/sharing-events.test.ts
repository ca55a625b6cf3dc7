/** What a project is told of what happens: on pages, and as it happens. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Message, readStream } from './event-stream.ts'
import { activeImage, createImage, patch, share } from './image-requests.ts'
import {
  describeOnBothDatabases,
  startTestService,
  type TestService,
} from './start-test-service.ts'

const path = '/sharing/v1/events'
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)

function listen(
  service: TestService,
  as: string,
  { query = '', lastId = '' }: { query?: string; lastId?: string } = {},
) {
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  return fetch(`${service.url}${path}${query}`, {
    headers: {
      'x-auth-token': service.accounts.tokenOf(as),
      accept: 'text/event-stream',
      ...(lastId !== '' && { 'last-event-id': lastId }),
    },
    signal: closing.signal,
  })
}

describeOnBothDatabases('events', {}, (service) => {
  const project = (name: 'pending' | 'accepted' | 'rejected' | 'producer') =>
    service().accounts.projectId(name)

  async function page(as: string, query: string) {
    const { status, body, text } = await service().ask('GET', `${path}${query}`, { as })
    expect(status, text).toBe(200)
    return body
  }

  /** Tells what happens during `work`, to each of these. */
  async function toldDuring(callers: readonly string[], work: () => Promise<unknown>) {
    const cursors = await Promise.all(
      callers.map(async (as) => (await page(as, '?after=now')).cursor),
    )
    await work()
    const pages = await Promise.all(callers.map((as, i) => page(as, `?after=${cursors[i]}`)))
    return pages.map(({ events }) => events)
  }

  const namesOf = (events: readonly { type: string; data: { as: string } }[]) =>
    events.map(({ type, data }) => `${data.as}: ${type}`)

  test('of its images and shares are told to the producer, of its own share to the consumer, and nothing to others', async () => {
    const callers = ['own', 'mem, pending', 'mem, accepted', 'non']
    const [producer, pending, accepted, stranger] = await toldDuring(callers, async () => {
      const id = await createImage(service(), { name: 'told' })
      await share(service(), id, project('pending'))
      await share(service(), id, project('accepted'))
      const inbox = `/sharing/v1/inbox/${id}`
      await service().ask('PUT', inbox, { as: 'mem, accepted', body: { status: 'accepted' } })
      const reminders = `/sharing/v1/images/${id}/shares/${project('pending')}/reminders`
      await service().ask('POST', reminders, { body: { note: 'Please' } })
      await service().ask('DELETE', `/v2/images/${id}/members/${project('accepted')}`)
      await service().ask('DELETE', `/v2/images/${id}`)
    })
    expect(namesOf(producer)).toEqual([
      'producer: image.create',
      'producer: image.member.create',
      'producer: image.member.create',
      'producer: image.member.update',
      'producer: image.member.remind',
      'producer: image.member.delete',
      'producer: image.delete',
    ])
    expect(namesOf(pending)).toEqual([
      'consumer: image.member.create',
      'consumer: image.member.remind',
      'consumer: image.delete',
    ])
    expect(namesOf(accepted)).toEqual([
      'consumer: image.member.create',
      'consumer: image.member.update',
      'consumer: image.member.delete',
    ])
    expect(stranger).toEqual([])

    expect(producer[3].data).toMatchObject({
      member: { project_id: project('accepted'), status: 'accepted' },
      previous_status: 'pending',
    })
    expect(pending[1].data).toMatchObject({ note: 'Please', count: 1 })
    expect(pending[1].id).toBe(producer[4].id)
    expect(JSON.stringify(pending)).not.toContain(project('accepted'))
    expect(JSON.stringify(accepted)).not.toContain(project('pending'))
    expect(pending[2].data.members).toEqual([{ project_id: project('pending'), status: 'pending' }])
  })

  test('are CloudEvents', async () => {
    const id = await createImage(service(), { name: 'before' })
    const [[event]] = await toldDuring(['own'], () =>
      patch(service(), id, [{ op: 'replace', path: '/name', value: 'after' }]),
    )
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      source: `${service().url}/sharing/v1`,
      type: 'image.update',
      subject: id,
      time: isoTime,
      datacontenttype: 'application/json',
      data: {
        as: 'producer',
        actor: { user_id: expect.any(String), project_id: project('producer') },
        image: {
          id,
          name: 'after',
          owner: project('producer'),
          visibility: 'shared',
          status: 'queued',
          protected: false,
          os_hidden: false,
          disk_format: 'raw',
          container_format: 'bare',
          min_disk: 0,
          min_ram: 0,
          size: null,
          virtual_size: null,
          checksum: null,
          os_hash_algo: null,
          os_hash_value: null,
          created_at: isoTime,
          updated_at: isoTime,
        },
        previous: { name: 'before' },
      },
    })
  })

  test('of an image that went private are not told to its members, who may not know of it', async () => {
    const id = await createImage(service(), { name: 'secret plans' })
    await share(service(), id, project('pending'))
    const [told] = await toldDuring(['mem, pending'], async () => {
      await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'private' }])
      await service().ask('DELETE', `/v2/images/${id}`)
    })
    expect(told).toEqual([])
  })

  test('of its listings are told to the publisher alone', async () => {
    const id = await activeImage(service(), 'data', { name: 'published' })
    await share(service(), id, project('pending'))
    const listing = `/sharing/v1/images/${id}/listing`
    const publisher = `/sharing/v1/publishers/${project('producer')}`
    const [producer, consumer] = await toldDuring(['own', 'mem, pending'], async () => {
      await service().ask('PUT', publisher, { body: { name: 'Acme' } })
      const body = { title: 'First', os: 'Debian', architecture: 'x86_64' }
      await service().ask('PUT', listing, { body })
      await service().ask('PUT', listing, { body: { ...body, title: 'Second' } })
      await service().ask('DELETE', listing)
    })
    expect(namesOf(producer)).toEqual([
      'producer: image.listing.create',
      'producer: image.listing.update',
      'producer: image.listing.delete',
    ])
    expect(producer[1].data.listing).toEqual({
      title: 'Second',
      published_at: isoTime,
      updated_at: isoTime,
    })
    expect(consumer).toEqual([])
  })

  test('of a request are told to the producer in full, and to who asks without the image', async () => {
    const id = await activeImage(service(), 'data', { name: 'inner name' })
    const body = { title: 'Asked for', os: 'Debian', architecture: 'x86_64' }
    await service().ask('PUT', `/sharing/v1/publishers/${project('producer')}`, {
      body: { name: 'Acme' },
    })
    await service().ask('PUT', `/sharing/v1/images/${id}/listing`, { body })
    const asker = { as: 'mem, accepted' }
    const [producer, consumer, others] = await toldDuring(
      ['own', 'mem, accepted', 'mem, pending'],
      async () => {
        const request = { image_id: id, email: 'someone@consumer.example', message: 'Please' }
        const asked = await service().ask('POST', '/sharing/v1/requests', {
          ...asker,
          body: request,
        })
        expect(asked.status, asked.text).toBe(202)
        const findLink = async () => {
          const { body } = await service().ask('GET', '/sharing/v1/mails', { as: 'adm' })
          return /\/mail\/request\/\S+/.exec(body.mails[0]?.text)?.[0]
        }
        await expect.poll(findLink).toBeDefined()
        const link = (await findLink()) ?? ''
        expect((await service().ask('POST', link, { body: '' })).status).toBe(200)
        const decide = `/sharing/v1/requests/${asked.body.id}`
        await service().ask('POST', `${decide}/ignore`)
        await service().ask('POST', `${decide}/decline`, { body: { reason: 'Not yet' } })
        await service().ask('POST', `${decide}/approve`, { body: {} })
      },
    )
    expect(namesOf(producer)).toEqual([
      'producer: image.request.verify',
      'producer: image.request.ignore',
      'producer: image.request.decline',
      'producer: image.request.approve',
      'producer: image.member.create',
    ])
    expect(producer[0].data).toMatchObject({
      image: { id, name: 'inner name' },
      request: { title: 'Asked for', project_id: project('accepted'), message: 'Please' },
    })
    expect(namesOf(consumer)).toEqual([
      'consumer: image.request.verify',
      'consumer: image.request.decline',
      'consumer: image.request.approve',
      'consumer: image.member.create',
    ])
    expect(consumer[1]).toMatchObject({
      subject: id,
      data: { image: null, actor: null, request: { reason: 'Not yet' } },
    })
    expect(JSON.stringify(consumer.slice(0, 2))).not.toMatch(/inner name/)
    expect(JSON.stringify(consumer.slice(0, 2))).not.toContain(project('producer'))
    expect(others).toEqual([])
  })

  test('of a blocked producer are not told to the blocker, and the producer is told nothing of the block', async () => {
    const blocks = `/sharing/v1/blocks/${project('producer')}`
    const [told, producer] = await toldDuring(['mem, rejected', 'own'], async () => {
      await service().ask('PUT', blocks, { as: 'mem, rejected' })
      const id = await createImage(service(), { name: 'unwanted' })
      await share(service(), id, project('rejected'))
    })
    expect(told).toEqual([])
    expect(namesOf(producer)).toEqual(['producer: image.create', 'producer: image.member.create'])
    await service().ask('DELETE', blocks, { as: 'mem, rejected' })
  })

  test('come page by page, each once, and of chosen types alone', async () => {
    const { cursor } = await page('own', '?after=now')
    const id = await activeImage(service(), 'data', { name: 'paged' })
    await share(service(), id, project('pending'))
    const all = await page('own', `?after=${cursor}`)
    const ids: string[] = []
    let next: string | undefined = `?after=${cursor}&limit=2`
    while (next !== undefined) {
      const some: { events: { id: string }[]; next?: string } = await page('own', next)
      ids.push(...some.events.map((event) => event.id))
      next = some.next?.slice(path.length)
    }
    expect(ids).toEqual(all.events.map((event: { id: string }) => event.id))
    expect(new Set(ids).size).toBe(ids.length)
    const types = 'image.activate,image.member.create'
    const chosen = await page('own', `?after=${cursor}&types=${types}`)
    expect(namesOf(chosen.events)).toEqual([
      'producer: image.activate',
      'producer: image.member.create',
    ])
    expect(chosen.cursor).toBe(all.cursor)
    expect((await page('own', '?after=oldest&limit=1')).events).toHaveLength(1)
  })

  test.each([
    ['?after=-1', 'events after "-1": it should be a cursor that was given before'],
    ['?after=1e3', 'events after "1e3"'],
    ['?after=99999999', 'events after 99999999: the last one is'],
    ['?types=image.boil', 'events of type "image.boil": there are image.create,'],
    ['?limit=0', '"limit" is 0'],
    ['?since=1', '"since" is not known; there are after, types, limit'],
  ])('are refused for %s, in a stream too', async (query, sentence) => {
    const polled = await service().ask('GET', `${path}${query}`)
    expect([polled.status, polled.body.detail]).toEqual([400, expect.stringContaining(sentence)])
    if (query === '?limit=0') return
    const answer = await listen(service(), 'own', { query })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json',
    ])
  })

  test('are for a token of a project alone, with a role that may read', async () => {
    expect((await service().ask('GET', path, { as: 'unscoped' })).status).toBe(403)
    expect((await service().ask('GET', path, { as: 'none' })).status).toBe(403)
    expect((await service().ask('GET', path, { as: 'ownR' })).status).toBe(200)
    expect((await fetch(`${service().url}${path}`)).status).toBe(401)
  })

  test('come in a stream as they happen, and to who reconnects from where it was', async () => {
    const answer = await listen(service(), 'mem, pending')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    const messages = readStream(answer)
    const { value: start } = await messages.next()
    expect(start).toEqual({ id: expect.stringMatching(/^\d+$/), data: '' })

    const id = await createImage(service(), { name: 'streamed' })
    await share(service(), id, project('pending'))
    const first = await nextOf(messages)
    expect(first).toMatchObject({ type: 'image.member.create', subject: id })
    await service().ask('PUT', `/sharing/v1/inbox/${id}`, {
      as: 'mem, pending',
      body: { status: 'rejected' },
    })
    const second = await nextOf(messages)
    expect(second).toMatchObject({ type: 'image.member.update', subject: id })
    await messages.return()

    const again = readStream(
      await listen(service(), 'mem, pending', { query: '?after=now', lastId: start?.id ?? '' }),
    )
    expect(await nextOf(again)).toEqual(first)
    expect(await nextOf(again)).toEqual(second)
    await again.return()
  })

  test('are streamed to fifty of a project at once, and to no more', async () => {
    const streams = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const messages = readStream(await listen(service(), 'mem, rejected'))
        await messages.next()
        return messages
      }),
    )
    const refused = await listen(service(), 'memR, rejected')
    expect([refused.status, await refused.json()]).toEqual([
      429,
      expect.objectContaining({ code: 'too-many' }),
    ])
    const id = await createImage(service())
    await share(service(), id, project('rejected'))
    const told = await Promise.all(streams.map(nextOf))
    expect(new Set(told.map((event) => event.id)).size).toBe(1)
    await Promise.all(streams.map((one) => one.return()))
    await expect.poll(async () => (await listen(service(), 'mem, rejected')).status).toBe(200)
  })
})

describe('a stream of events', () => {
  test('ends with the service, at once', async () => {
    // Waiting for it to end would outlast the test.
    const service = await startTestService({ VITRINE_HTTP__SHUTDOWN_SECONDS: '600' })
    const messages = readStream(await listen(service, 'own'))
    await messages.next()
    await service[Symbol.asyncDispose]()
    expect((await messages.next()).done).toBe(true)
  })
})

async function nextOf(messages: AsyncGenerator<Message, void, undefined>) {
  for (;;) {
    const { value, done } = await messages.next()
    if (done || value === undefined) throw new Error('The stream has ended')
    if (value.data !== '') return JSON.parse(value.data)
  }
}
