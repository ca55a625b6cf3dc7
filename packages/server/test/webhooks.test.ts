/** Webhooks: what a project hears is posted to it, signed, in order, and again until it is taken. */
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createImage, patch, share } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { type Receiver, receiverSettings, startReceiver } from './webhook-receiver.ts'

const root = '/sharing/v1/webhooks'

describeOnBothDatabases('webhooks', receiverSettings, (service) => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await startReceiver()
  })
  afterEach(async () => {
    for (const as of ['own', 'mem, pending']) {
      const { body } = await ask('GET', '', as)
      for (const { id } of body.webhooks) await ask('DELETE', `/${id}`, as)
    }
    await receiver[Symbol.asyncDispose]()
  })

  const ask = (method: string, path: string, as = 'own', body?: unknown) =>
    service().ask(method, `${root}${path}`, { as, body })
  const project = (name: 'pending' | 'producer') => service().accounts.projectId(name)

  async function add(fields: object = {}, as = 'own', path = '/hook') {
    const { status, body, text } = await ask('POST', '', as, {
      url: `${receiver.url}${path}`,
      ...fields,
    })
    expect(status, text).toBe(201)
    return body
  }

  const ofImage = (id: string) => receiver.received.filter(({ event }) => event.subject === id)
  const typesOf = (id: string) => ofImage(id).map(({ event }) => event.type)

  async function deliveriesOf(id: string, query = '') {
    const { status, body, text } = await ask('GET', `/${id}/deliveries${query}`)
    expect(status, text).toBe(200)
    return body.deliveries
  }

  test('are posted what their project is told, as CloudEvents that are signed', async () => {
    const hook = await add({ description: 'ours' })
    const id = await createImage(service(), { name: 'posted' })
    await share(service(), id, project('pending'))
    await expect.poll(() => typesOf(id)).toEqual(['image.create', 'image.member.create'])
    const { headers, event } = ofImage(id)[1] ?? expect.fail()
    const { body } = await service().ask('GET', '/sharing/v1/events?types=image.member.create')
    expect(event).toEqual(body.events.at(-1))
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'webhook-id': event.id,
      'user-agent': 'Vitrine',
    })
    const signed = `${event.id}.${headers['webhook-timestamp']}.${JSON.stringify(event)}`
    const key = Buffer.from(hook.secret.replace('whsec_', ''), 'base64')
    const code = createHmac('sha256', key).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${code}`)
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60)

    await expect
      .poll(async () => (await deliveriesOf(hook.id)).map((one: { state: string }) => one.state))
      .toEqual(['delivered', 'delivered'])
    const [last] = await deliveriesOf(hook.id)
    expect(last).toEqual({
      id: expect.any(String),
      event_id: event.id,
      type: 'image.member.create',
      image_id: id,
      state: 'delivered',
      attempts: 1,
      status: 204,
      answer: '',
      failure: '',
      duration_ms: expect.any(Number),
      created_at: expect.stringMatching(/Z$/),
      attempted_at: expect.stringMatching(/Z$/),
      next_attempt_at: null,
    })
    expect((await ask('GET', `/${hook.id}/deliveries/${last.id}`)).body).toEqual({ ...last, event })
    const second = await ask('GET', `/${hook.id}/deliveries?limit=1`)
    const next = await service().ask('GET', second.body.next)
    expect(next.body.deliveries[0].type).toBe('image.create')
  })

  test('are posted the types that they want, and what concerns their own project', async () => {
    await add({ types: ['image.member.update'] })
    await add({}, 'mem, pending', '/consumer')
    const id = await createImage(service())
    await share(service(), id, project('pending'))
    await service().ask('PUT', `/sharing/v1/inbox/${id}`, {
      as: 'mem, pending',
      body: { status: 'accepted' },
    })
    const heard = () => ofImage(id).map(({ path, event }) => `${path} ${event.type}`)
    await expect
      .poll(() => heard().toSorted())
      .toEqual([
        '/consumer image.member.create',
        '/consumer image.member.update',
        '/hook image.member.update',
      ])
  })

  test('are tried again in order, without holding back other images or other webhooks', async () => {
    const hook = await add()
    await add({}, 'own', '/other')
    let isAway = true
    receiver.answer = (event, path) =>
      isAway && path === '/hook' && event.data.image.name === 'hard' ? 503 : 204
    const hard = await createImage(service(), { name: 'hard' })
    await patch(service(), hard, [{ op: 'replace', path: '/min_ram', value: 7 }])
    const easy = await createImage(service(), { name: 'easy' })
    const at = (path: string, id: string) =>
      ofImage(id).flatMap((one) => (one.path === path ? [`${one.event.type} ${one.status}`] : []))
    await expect.poll(() => at('/hook', easy)).toEqual(['image.create 204'])
    await expect.poll(() => at('/other', hard)).toEqual(['image.create 204', 'image.update 204'])
    await expect.poll(() => at('/hook', hard)[0]).toBe('image.create 503')
    await expect.poll(async () => (await deliveriesOf(hook.id))[2]?.status).toBe(503)
    const [, , waiting] = await deliveriesOf(hook.id)
    expect(waiting).toMatchObject({
      state: 'waiting',
      status: 503,
      answer: 'not today',
      failure: 'The receiver answered with status 503; it should be 2xx',
    })
    const [, queued] = await deliveriesOf(hook.id)
    expect(queued.state).toBe('queued')
    const early = await ask('POST', `/${hook.id}/deliveries/${queued.id}/redeliver`)
    expect([early.status, early.body.detail]).toEqual([
      409,
      expect.stringContaining('waits for an earlier one of image'),
    ])
    isAway = false
    await expect
      .poll(() => at('/hook', hard).slice(-2))
      .toEqual(['image.create 204', 'image.update 204'])
    expect(new Set(at('/hook', hard).slice(0, -2))).toEqual(new Set(['image.create 503']))
    const [first, again] = ofImage(hard).filter(({ path }) => path === '/hook')
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  })

  test('get a delivery once more when they ask for it, with the id it had', async () => {
    const hook = await add()
    const id = await createImage(service())
    await expect.poll(async () => (await deliveriesOf(hook.id))[0]?.state).toBe('delivered')
    const [{ id: deliveryId }] = await deliveriesOf(hook.id)
    const path = `/${hook.id}/deliveries/${deliveryId}`
    const again = await ask('POST', `${path}/redeliver`)
    expect([again.status, again.body.state]).toEqual([202, 'waiting'])
    await expect.poll(() => ofImage(id)).toHaveLength(2)
    const [first, second] = ofImage(id)
    expect(second?.event).toEqual(first?.event)
    await expect.poll(async () => (await ask('GET', path)).body.attempts).toBe(2)
  })

  test('that want no more are switched off, and go on when they are switched on', async () => {
    const hook = await add()
    await add({}, 'own', '/other')
    receiver.answer = (_, path) => (path === '/hook' ? 410 : 204)
    await createImage(service())
    const shown = async () => (await ask('GET', `/${hook.id}`)).body
    await expect.poll(shown).toMatchObject({
      enabled: false,
      disabled_reason: 'The receiver answered with status 410: it wants no more',
      failing_since: expect.stringMatching(/Z$/),
    })
    const unheard = await createImage(service())
    await expect.poll(() => ofImage(unheard).map(({ path }) => path)).toEqual(['/other'])
    receiver.answer = () => 204
    const on = await ask('PATCH', `/${hook.id}`, 'own', { enabled: true })
    expect(on.body).toMatchObject({ enabled: true, disabled_reason: '', failing_since: null })
    const heard = await createImage(service())
    await expect.poll(() => ofImage(heard)).toHaveLength(2)
    expect(ofImage(unheard)).toHaveLength(1)
  })

  test('tell their secret once, and a new one signs beside the old for a day', async () => {
    const hook = await add()
    expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const shown = [await ask('GET', ''), await ask('GET', `/${hook.id}`)]
    for (const { text } of shown) expect(text).not.toContain('whsec_')
    const { body } = await ask('POST', `/${hook.id}/secret`)
    expect(body.secret).not.toBe(hook.secret)
    const id = await createImage(service())
    await expect.poll(() => ofImage(id)).toHaveLength(1)
    expect(ofImage(id)[0]?.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/)
  })

  test('are their project’s alone, and for members to change', async () => {
    const hook = await add()
    const calls: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', {}],
      ['DELETE', ''],
      ['POST', '/secret'],
      ['GET', '/deliveries'],
      ['GET', '/deliveries/x'],
      ['POST', '/deliveries/x/redeliver'],
    ]
    for (const [method, path, body] of calls) {
      for (const as of ['non', 'adm', 'mem, pending']) {
        const answer = await ask(method, `/${hook.id}${path}`, as, body)
        expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([404, 'not-found'])
      }
      const isRead = method === 'GET' && path !== '/deliveries/x'
      const reader = await ask(method, `/${hook.id}${path}`, 'ownR', body)
      expect(reader.status, `${method} ${path}`).toBe(isRead ? 200 : method === 'GET' ? 404 : 403)
    }
    expect((await ask('GET', '', 'non')).body).toEqual({ webhooks: [] })
    expect((await ask('GET', '', 'unscoped')).status).toBe(403)
    expect((await ask('POST', '', 'ownR', { url: receiver.url })).status).toBe(403)
  })

  test.each<[object, string]>([
    [{}, '"url" is missing'],
    [{ url: 7 }, '"url" is 7, and should be an http or https URL'],
    [{ url: 'http://10.1.2.3/' }, 'Cannot deliver to "10.1.2.3": it does not pass filtering'],
    [{ url: 'http://[fd00::1]/' }, 'the address is not allowed'],
    [{ url: 'file:///etc/passwd' }, 'it should begin with "http://" or "https://" and a host'],
    [{ url: 'https://127.0.0.1', types: [] }, '"types" is an array, and should be an array of'],
    [{ url: 'https://127.0.0.1', types: ['image.boil'] }, '"types.0" is "image.boil"'],
    [{ url: 'https://127.0.0.1', description: 'a\nb' }, 'one line of at most 200'],
    [{ url: 'https://127.0.0.1', secret: 'x' }, '"secret" is not known'],
  ])('are refused as %j', async (draft, sentence) => {
    const { status, body } = await ask('POST', '', 'own', draft)
    expect([status, body.detail]).toEqual([400, expect.stringContaining(sentence)])
    expect((await ask('GET', '')).body.webhooks).toEqual([])
  })

  test('may be ten', async () => {
    const come = () => ask('POST', '', 'own', { url: receiver.url })
    const statuses = (await Promise.all(Array.from({ length: 20 }, come))).map((one) => one.status)
    expect(statuses.filter((one) => one === 201)).toHaveLength(10)
    const { status, body } = await come()
    expect([status, body.detail]).toEqual([
      409,
      expect.stringContaining('the project has 10, and that is the most'),
    ])
  })
})
