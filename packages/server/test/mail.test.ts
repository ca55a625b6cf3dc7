/** Mail about shares, to a real mail server: who is told what, and how it ends. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { activeImage, createImage, share, show } from './image-requests.ts'
import { type MailServer, type ReceivedMail, startMailServer } from './mail-server.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const settings: Record<string, string> = {
  VITRINE_MAIL__FROM: 'Images <images@cloud.example>',
  VITRINE_SHARING__HOURS_BETWEEN_REMINDERS: '0',
}
let server: MailServer
beforeAll(async () => {
  server = await startMailServer()
  settings.VITRINE_MAIL__URL = server.url
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

describeOnBothDatabases('mail', settings, (service) => {
  const project = (name: 'pending' | 'accepted' | 'producer' | 'stranger') =>
    service().accounts.projectId(name)
  const ask = (method: string, path: string, as: string, body?: unknown) =>
    service().ask(method, `/sharing/v1${path}`, { as, body })

  function mailsTo(address: string): readonly ReceivedMail[] {
    return server.received.filter(({ to }) => to.includes(address))
  }
  async function mailTo(address: string, words = ''): Promise<ReceivedMail> {
    const find = () => mailsTo(address).find(({ text }) => text.includes(words))
    await expect.poll(find).toBeDefined()
    const mail = find()
    if (mail === undefined) throw new Error(`There is no mail to ${address}`)
    return mail
  }
  /** Once all that was caused up to now was written and sent. */
  async function quiet(): Promise<void> {
    const id = await createImage(service())
    const email = `${id}@quiet.example`
    await ask('POST', `/images/${id}/shares`, 'own', { projects: [{ project_id: 'q', email }] })
    await mailTo(email)
  }
  const follow = (link: string, method: 'GET' | 'POST') => fetch(link, { method })
  const linkIn = ({ text }: ReceivedMail) => /https?:\/\/\S+\/mail\/\S+/.exec(text)?.[0] ?? ''
  const endIn = ({ text }: ReceivedMail) => /https?:\/\/\S+\/unsubscribe\/\S+/.exec(text)?.[0] ?? ''

  /** A contact whose address is proven. */
  async function contact(as: string, email: string, more: object = {}): Promise<string> {
    const added = await ask('POST', '/contacts', as, { email, ...more })
    expect(added.status, added.text).toBe(201)
    const link = linkIn(await mailTo(email))
    expect((await follow(link, 'POST')).status).toBe(200)
    server.received.length = 0
    return added.body.id
  }

  test('proves an address by a link, which only the button follows, before anything else comes', async () => {
    const email = 'prove@consumer.example'
    const added = await ask('POST', '/contacts', 'mem, pending', { email })
    expect(added.body).toEqual({
      id: expect.any(String),
      email,
      language: 'en',
      proven: false,
      wants: {
        shared: 'at_once',
        reminder: 'at_once',
        revoked: 'at_once',
        change: 'at_once',
        answer: 'at_once',
        request: 'at_once',
      },
      created_at: expect.any(String),
    })
    const mail = await mailTo(email)
    expect(mail.headers.get('from')).toBe('Images <images@cloud.example>')
    expect(mail.headers.get('subject')).toBe('Is this your address?')
    expect(mail.headers.get('message-id')).toMatch(/^<\w{32}@cloud\.example>$/)
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail.headers.has('list-unsubscribe')).toBe(true)
    const link = linkIn(mail)
    const page = await follow(link, 'GET')
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await page.text()).toContain(email)

    const id = await createImage(service())
    await share(service(), id, project('pending'))
    await quiet()
    expect(mailsTo(email)).toHaveLength(1)

    expect((await follow(link, 'POST')).status).toBe(200)
    expect((await follow(link, 'POST')).status).toBe(200)
    expect((await ask('GET', '/contacts', 'memR, pending')).body.contacts[0].proven).toBe(true)
    for (const forged of [
      link.slice(0, -1),
      `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
      link.replace('/prove/', '/unsubscribe/'),
      `${service().url}/mail/prove/x.y`,
      `${service().url}/mail/prove/%00`,
    ]) {
      expect([forged, (await follow(forged, 'POST')).status]).toEqual([forged, 404])
    }
    await ask('DELETE', `/contacts/${added.body.id}`, 'mem, pending')
    expect((await follow(link, 'POST')).status).toBe(404)
  })

  test('tells a consumer of a share that any client made, with all it takes to decide and to boot', async () => {
    const email = 'plain@consumer.example'
    const contactId = await contact('mem, pending', email)
    const id = await activeImage(service(), 'data', { name: 'Debian 13' })
    await share(service(), id, project('pending'))
    const mail = await mailTo(email)
    const { os_hash_value: digest } = await show(service(), id)
    for (const words of [
      id,
      'Debian 13',
      project('producer'),
      '4 B',
      'raw, bare',
      digest,
      `openstack image set --accept ${id}`,
      'You can boot from it at once',
    ]) {
      expect(mail.text).toContain(words)
    }
    expect(mail.raw).toContain('text/html')
    await ask('DELETE', `/contacts/${contactId}`, 'mem, pending')
  })

  test('goes with the note to the address that the producer names, and once where both are the same', async () => {
    const id = await createImage(service(), { name: 'with a note' })
    const publisher = `/publishers/${project('producer')}`
    await ask('PUT', publisher, 'own', { name: 'ACME Images' })
    const email = 'named@elsewhere.example'
    const contactId = await contact('mem, accepted', 'Named@elsewhere.example')
    const projects = [{ project_id: project('accepted'), email }]
    await ask('POST', `/images/${id}/shares`, 'own', { projects, note: 'Line 1\nLine 2' })
    await quiet()
    const mails = server.received.filter(({ to }) => to[0]?.toLowerCase() === email)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.text).toContain('> Line 1\n> Line 2')
    expect(mails[0]?.text).toContain(`The project ACME Images (${project('producer')}) shares`)
    await ask('DELETE', publisher, 'own')
    await ask('DELETE', `/contacts/${contactId}`, 'mem, accepted')
  })

  test('follows a share to its end: reminded, answered, taken back, and a rejection in peace', async () => {
    const consumer = 'life@consumer.example'
    const producer = 'life@producer.example'
    const ids = [await contact('mem, pending', consumer), await contact('own', producer)]
    const image = await createImage(service(), { name: 'life' })
    await share(service(), image, project('pending'))
    await mailTo(consumer, 'shares the image')
    const reminders = `/images/${image}/shares/${project('pending')}/reminders`
    await ask('POST', reminders, 'own', { note: 'Please have a look.' })
    await mailTo(consumer, 'Please have a look.')
    await ask('PUT', `/inbox/${image}`, 'mem, pending', { status: 'accepted' })
    await mailTo(producer, 'has accepted the image “life”')
    await service().ask('DELETE', `/v2/images/${image}/members/${project('pending')}`)
    await mailTo(consumer, 'has taken the image “life” back')

    const rejected = await createImage(service(), { name: 'rejected' })
    await share(service(), rejected, project('pending'))
    await mailTo(consumer, rejected)
    await ask('PUT', `/inbox/${rejected}`, 'mem, pending', { status: 'rejected' })
    await mailTo(producer, 'has rejected the image “rejected”')
    await service().ask('DELETE', `/v2/images/${rejected}`)
    await quiet()
    expect(mailsTo(consumer)).toHaveLength(4)
    expect(mailsTo(producer)).toHaveLength(2)
    await ask('DELETE', `/contacts/${ids[0]}`, 'mem, pending')
    await ask('DELETE', `/contacts/${ids[1]}`, 'own')
  })

  test('is silent about producers that are blocked', async () => {
    const email = 'blocking@consumer.example'
    const id = await contact('mem, pending', email)
    await ask('PUT', `/blocks/${project('producer')}`, 'mem, pending')
    const image = await createImage(service())
    await share(service(), image, project('pending'))
    await ask('POST', `/images/${image}/shares/${project('pending')}/reminders`, 'own', {})
    await service().ask('DELETE', `/v2/images/${image}`)
    await quiet()
    expect(mailsTo(email)).toEqual([])
    await ask('DELETE', `/blocks/${project('producer')}`, 'mem, pending')
    await ask('DELETE', `/contacts/${id}`, 'mem, pending')
  })

  test('ends with one click, for the kind that it came with', async () => {
    const email = 'click@consumer.example'
    const id = await contact('mem, pending', email)
    await share(service(), await createImage(service()), project('pending'))
    const mail = await mailTo(email)
    const link = /^<(.+)>$/.exec(mail.headers.get('list-unsubscribe') ?? '')?.[1] ?? ''
    expect(mail.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect(mail.text).toContain(link)
    expect((await follow(link, 'GET')).status).toBe(200)
    const wants = async () =>
      (await ask('GET', '/contacts', 'mem, pending')).body.contacts.find(
        (one: { id: string }) => one.id === id,
      ).wants
    expect(await wants()).toMatchObject({ shared: 'at_once' })
    // As mail programs do it.
    const click = await fetch(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    expect(click.status).toBe(200)
    expect(await wants()).toMatchObject({ shared: 'never', reminder: 'at_once' })
    const again = await fetch(link, { method: 'POST', body: new URLSearchParams({ again: 'yes' }) })
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('As before')])
    expect(await wants()).toMatchObject({ shared: 'at_once' })
    await ask('DELETE', `/contacts/${id}`, 'mem, pending')

    const image = await createImage(service())
    const named = 'muted@elsewhere.example'
    const shareWith = (projectId: string) =>
      ask('POST', `/images/${image}/shares`, 'own', {
        projects: [{ project_id: projectId, email: named }],
      })
    await shareWith('one')
    expect((await follow(endIn(await mailTo(named)), 'POST')).status).toBe(200)
    await shareWith('two')
    const { body } = await ask('POST', '/contacts', 'mem, accepted', { email: named })
    await quiet()
    expect(mailsTo(named)).toHaveLength(1)
    await ask('DELETE', `/contacts/${body.id}`, 'mem, accepted')
  })

  test('comes in the language of the contact', async () => {
    const email = 'deutsch@consumer.example'
    const id = await contact('mem, pending', email, { language: 'de' })
    const image = await createImage(service(), { name: 'Größe' })
    await share(service(), image, project('pending'))
    const mail = await mailTo(email)
    expect(mail.text).toContain('teilt das Image „Größe“ mit Ihrem Projekt')
    expect(mail.raw).toMatch(/^Subject: =\?UTF-8\?/m)
    await ask('DELETE', `/contacts/${id}`, 'mem, pending')
  })

  test('lets no text of a stranger become a header, an address, or HTML', async () => {
    const name = 'x\r\nBcc: victim@elsewhere.example <script>alert(1)</script> \u202e'
    const id = await createImage(service(), { name })
    const email = 'careful@consumer.example'
    const projects = [{ project_id: '<b>project</b>', email }]
    const note = '<img src=x onerror=alert(1)>\n.\nnot the end'
    await ask('POST', `/images/${id}/shares`, 'own', { projects, note })
    const mail = await mailTo(email)
    expect(mail.to).toEqual([email])
    expect(mail.headers.has('bcc')).toBe(false)
    expect(mail.text).toContain('> .\n> not the end')
    const { body } = await ask('GET', '/mails?limit=1', 'adm')
    expect(body.mails[0].html).not.toMatch(/<script|<img/)
    expect(body.mails[0].subject).not.toMatch(/[\r\n\u202e]/)
    expect(mailsTo('victim@elsewhere.example')).toEqual([])
    for (const bad of ['a\u2028> not in a quote', 'a\u0085b', 'a\u202eb']) {
      const again = { projects: [{ project_id: 'another' }], note: bad }
      expect((await ask('POST', `/images/${id}/shares`, 'own', again)).status).toBe(400)
    }
    for (const bad of ['a\u202eb@c.example', 'a\u200bb@c.example']) {
      expect((await ask('POST', '/contacts', 'own', { email: bad })).status).toBe(400)
    }
    const family =
      'The \u{1f469}\u200d\u{1f4bb} team, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'
    const welcome = { projects: [{ project_id: 'a third' }], note: family }
    expect((await ask('POST', `/images/${id}/shares`, 'own', welcome)).status).toBe(200)
  })

  test('goes out by one connection where there is much of it', async () => {
    const id = await createImage(service())
    const before = server.connections
    const projects = Array.from({ length: 40 }, (_, i) => ({
      project_id: `many-${i}`,
      email: `one-of-many-${i}@elsewhere.example`,
    }))
    expect((await ask('POST', `/images/${id}/shares`, 'own', { projects })).status).toBe(200)
    await mailTo('one-of-many-39@elsewhere.example')
    expect(server.connections - before).toBeLessThan(5)
  })

  test('waits while the server is out of order, and is given up when it is refused', async () => {
    const id = await createImage(service())
    const shareAt = (projectId: string, email: string) =>
      ask('POST', `/images/${id}/shares`, 'own', { projects: [{ project_id: projectId, email }] })
    const newest = async () => (await ask('GET', '/mails?limit=1', 'adm')).body.mails[0]
    server.refuseWith = 451
    await shareAt('a', 'busy@consumer.example')
    const waiting = { to: 'busy@consumer.example', status: 'waiting', attempts: 1 }
    await expect.poll(newest).toMatchObject(waiting)
    expect((await newest()).failure).toMatch(
      /^The mail server could not take it: 127\.0\.0\.1:\d+ answered 451$/,
    )
    server.refuseWith = 550
    await shareAt('b', 'gone@consumer.example')
    const failed = { to: 'gone@consumer.example', status: 'failed', attempts: 1 }
    await expect.poll(newest).toMatchObject(failed)
    server.refuseWith = undefined
    expect((await newest()).failure).toBe('The mail server refuses it, with 550')
    expect((await ask('GET', '/mails?status=failed&limit=1', 'adm')).body.mails).toHaveLength(1)
    expect((await ask('GET', '/mails', 'own')).status).toBe(403)
  })
})

describeOnBothDatabases('contacts', {}, (service) => {
  const ask = (method: string, path: string, as: string, body?: unknown) =>
    service().ask(method, `/sharing/v1${path}`, { as, body })

  test('are a project’s own, each address once, at most twenty', async () => {
    const add = (email: string, as = 'mem, pending') => ask('POST', '/contacts', as, { email })
    const { body } = await add('one@consumer.example')
    expect((await add('ONE@consumer.example')).status).toBe(409)
    expect((await add('one@consumer.example', 'non')).status).toBe(201)
    expect((await add('x@y.example', 'memR, pending')).status).toBe(403)
    expect((await ask('GET', '/contacts', 'memR, pending')).body.contacts).toHaveLength(1)
    for (const [method, path] of [
      ['PATCH', `/contacts/${body.id}`],
      ['DELETE', `/contacts/${body.id}`],
      ['POST', `/contacts/${body.id}/proof`],
    ] as const) {
      const sent = method === 'PATCH' ? {} : undefined
      expect((await ask(method, path, 'non', sent)).status).toBe(404)
      expect((await ask(method, path, 'adm', sent)).status).toBe(404)
    }
    const changed = await ask('PATCH', `/contacts/${body.id}`, 'mem, pending', {
      wants: { shared: 'never', answer: 'daily' },
    })
    expect([changed.status, changed.body.wants]).toEqual([
      200,
      { ...body.wants, shared: 'never', answer: 'daily' },
    ])
    for (const wants of [['shared'], { shared: 'weekly' }, { everything: 'daily' }]) {
      expect((await ask('PATCH', `/contacts/${body.id}`, 'mem, pending', { wants })).status).toBe(
        400,
      )
    }
    const again = await ask('POST', `/contacts/${body.id}/proof`, 'mem, pending')
    expect([again.status, Number(again.headers['retry-after']) > 3000]).toEqual([429, true])
    for (let i = 2; i <= 20; i++) expect((await add(`${i}@consumer.example`)).status).toBe(201)
    expect((await add('21@consumer.example')).status).toBe(409)
    for (const email of ['', 'x', 'a@b.de\r\nBcc: c@d.ef', `${'x'.repeat(250)}@y.de`]) {
      expect((await add(email, 'own')).status).toBe(400)
    }
  })

  test('without a mail server have their mail wait, where an admin can read it', async () => {
    await ask('POST', '/contacts', 'mem, accepted', { email: 'wait@consumer.example' })
    const find = async () =>
      (await ask('GET', '/mails?status=waiting', 'adm')).body.mails.find(
        ({ to }: { to: string }) => to === 'wait@consumer.example',
      )
    await expect.poll(find).toMatchObject({ kind: 'prove', attempts: 0, failure: '' })
    const link = /https?:\/\/\S+\/mail\/prove\/\S+/.exec((await find()).text)?.[0] ?? ''
    expect((await fetch(link, { method: 'POST' })).status).toBe(200)
  })
})
