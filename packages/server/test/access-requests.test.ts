/** Asking for an image: the address is proven first, the producer decides, and each is told. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { activeImage, patch, share } from './image-requests.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { linkTo, mailsTo, mailTo, send } from './mailbox.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const settings: Record<string, string> = {
  VITRINE_SHARING__REQUESTS_PER_NETWORK_PER_DAY: '1000',
}
const strict: Record<string, string> = {
  VITRINE_SHARING__REQUESTS_PER_NETWORK_PER_DAY: '4',
  VITRINE_SHARING__REQUESTS_PER_IMAGE_PER_DAY: '6',
  VITRINE_SHARING__REQUESTS_PER_ADDRESS_PER_DAY: '2',
  VITRINE_HTTP__TRUSTED_PROXIES: '127.0.0.0/8',
}
let server: MailServer
beforeAll(async () => {
  server = await startMailServer()
  settings.VITRINE_MAIL__URL = server.url
  strict.VITRINE_MAIL__URL = server.url
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

describeOnBothDatabases('access requests', settings, (service) => {
  const project = (name: 'pending' | 'accepted' | 'producer' | 'stranger') =>
    service().accounts.projectId(name)
  const ask = (method: string, path: string, as: string, body?: unknown) =>
    service().ask(method, `/sharing/v1${path}`, { as, body })
  let addresses = 0
  const freshAddress = () => `someone-${addresses++}@consumer.example`

  async function published(title = 'Debian 13', image: Record<string, unknown> = {}) {
    await ask('PUT', `/publishers/${project('producer')}`, 'own', { name: 'Acme' })
    const id = await activeImage(service(), 'data', { name: 'an inner name', ...image })
    const listing = { title, description: 'x', os: 'Debian', architecture: 'x86_64' }
    const { status, text } = await ask('PUT', `/images/${id}/listing`, 'own', listing)
    expect(status, text).toBe(200)
    return id
  }

  /** A request of the project `pending`, by a member of it. */
  async function asked(id: string, email: string, as = 'mem, pending', message = 'Please.') {
    const answer = await ask('POST', '/requests', as, { image_id: id, email, message })
    expect(answer.status, answer.text).toBe(202)
    return answer.body
  }
  async function confirm(email: string): Promise<void> {
    const link = linkTo('request', await mailTo(server, email, 'gave this address'))
    expect((await send(link)).status).toBe(200)
  }
  const queue = async (id: string, query = '') => {
    const { body } = await ask('GET', `/requests?limit=1000${query}`, 'own')
    return body.requests.filter((one: { image_id: string }) => one.image_id === id)
  }
  const own = async (id: string, as = 'mem, pending', query = '') => {
    const { body } = await ask('GET', `/requests?as=consumer&limit=1000${query}`, as)
    return body.requests.filter((one: { image_id: string }) => one.image_id === id)
  }
  const decide = (id: string, what: string, body: object | undefined = {}, as = 'own') =>
    ask('POST', `/requests/${id}/${what}`, as, what === 'ignore' ? undefined : body)
  const isMember = async (id: string, projectId = project('pending')) =>
    (await service().ask('GET', `/v2/images/${id}/members/${projectId}`)).status === 200
  async function contact(as: string, email: string): Promise<string> {
    const { body } = await ask('POST', '/contacts', as, { email })
    await send(linkTo('prove', await mailTo(server, email)))
    return body.id
  }
  const activity = async (path: string, as: string) =>
    (await ask('GET', path, as)).body.activity.map(({ type }: { type: string }) => type)

  test('reach the producer once the address is proven, and end in an image to accept', async () => {
    const producer = freshAddress()
    const contactId = await contact('own', producer)
    const id = await published('Debian <13>')
    const email = freshAddress()
    const request = await asked(id, email, 'mem, pending', 'Line 1\nLine 2')
    expect(request).toEqual({
      id: expect.any(String),
      image_id: id,
      title: 'Debian <13>',
      project_id: project('pending'),
      email,
      by_member: true,
      message: 'Line 1\nLine 2',
      status: 'unverified',
      reason: '',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    const mail = await mailTo(server, email)
    expect(mail.text).toContain('Debian <13>')
    expect(mail.text).not.toMatch(/Line 1|an inner name/)
    const link = linkTo('request', mail)
    const page = await fetch(link)
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('Debian &lt;13&gt;'),
    ])
    expect(await queue(id)).toEqual([])
    expect(mailsTo(server, producer)).toHaveLength(1)

    await confirm(email)
    await confirm(email)
    expect(await queue(id, '&status=open')).toMatchObject([{ id: request.id, status: 'open' }])
    const told = await mailTo(server, producer, 'A member of the project')
    for (const words of [project('pending'), email, '> Line 1\n> Line 2']) {
      expect(told.text).toContain(words)
    }

    const approved = await decide(request.id, 'approve', { note: 'Welcome.' })
    expect([approved.status, approved.body.status]).toEqual([200, 'approved'])
    expect(await isMember(id)).toBe(true)
    const answer = await mailTo(server, email, 'for which you asked')
    const { os_hash_value: digest } = (await service().ask('GET', `/v2/images/${id}`)).body
    for (const words of [id, '4 B', digest, '> Welcome.']) expect(answer.text).toContain(words)
    const accept = { user_name: 'a member', password: 'member', answer: 'accepted' }
    expect((await send(linkTo('invitation', answer), accept)).status).toBe(200)
    expect((await decide(request.id, 'approve')).status).toBe(200)
    expect(await activity(`/images/${id}/activity`, 'own')).toEqual([
      'accepted',
      'shared',
      'approved',
      'verified',
      'requested',
      'published',
    ])
    await ask('DELETE', `/contacts/${contactId}`, 'own')
  })

  test('of a proven contact need no second proof, and its address hears of the share once', async () => {
    const email = freshAddress()
    const contactId = await contact('mem, pending', email)
    server.received.length = 0
    const id = await published()
    const request = await asked(id, email.toUpperCase().replace('SOMEONE', 'Someone'))
    expect(request.status).toBe('open')
    await decide(request.id, 'approve')
    const other = freshAddress()
    await asked(await published(), other)
    await mailTo(server, other)
    const mails = server.received.filter(({ to }) => to[0]?.toLowerCase() === email)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.text).toContain('for which you asked')
    await ask('DELETE', `/contacts/${contactId}`, 'mem, pending')
  })

  test('can be declined with a reason that is mailed, made anew, and approved after all', async () => {
    const id = await published()
    const email = freshAddress()
    const request = await asked(id, email)
    await confirm(email)
    const declined = await decide(request.id, 'decline', { reason: 'Not <b>yet</b>.' })
    expect(declined.body).toMatchObject({ status: 'declined', reason: 'Not <b>yet</b>.' })
    expect((await mailTo(server, email, 'Not <b>yet</b>.')).text).not.toContain('an inner name')
    expect(await isMember(id)).toBe(false)
    expect((await own(id))[0]).toMatchObject({ status: 'declined', reason: 'Not <b>yet</b>.' })
    expect((await decide(request.id, 'ignore')).status).toBe(409)

    const again = freshAddress()
    await asked(id, again)
    await confirm(again)
    expect(await queue(id, '&status=open')).toHaveLength(1)
    expect((await decide(request.id, 'approve')).body.status).toBe('approved')
    // Both are settled by the one member.
    expect((await own(id)).map(({ status }: { status: string }) => status)).toEqual([
      'approved',
      'approved',
    ])
    await mailTo(server, again, 'for which you asked')
    expect((await decide(request.id, 'decline')).status).toBe(409)
  })

  test('can be ignored, which nobody is told, however often the project asks', async () => {
    const id = await published()
    const email = freshAddress()
    const request = await asked(id, email)
    await confirm(email)
    expect((await decide(request.id, 'ignore')).body.status).toBe('ignored')
    const before = await own(id)
    expect(before).toMatchObject([{ status: 'open', updated_at: before[0].created_at }])
    const again = freshAddress()
    await asked(id, again)
    await confirm(again)
    expect(await queue(id, '&status=open')).toEqual([])
    expect(await own(id, 'mem, pending', '&status=open')).toHaveLength(2)
    expect(await activity('/activity?limit=2', 'mem, pending')).toEqual(['verified', 'requested'])
    expect(mailsTo(server, email)).toHaveLength(1)
    expect((await decide(request.id, 'approve')).status).toBe(200)
    await mailTo(server, email, 'for which you asked')
    await mailTo(server, again, 'for which you asked')
  })

  test('of one project for one image are one, and all who asked hear of the answer', async () => {
    const id = await published()
    const emails = [freshAddress(), freshAddress(), freshAddress()]
    for (const email of emails) await asked(id, email)
    await Promise.all(emails.map((email) => confirm(email)))
    const [open, ...others] = await queue(id)
    expect(others).toEqual([])
    expect(await activity(`/images/${id}/activity?limit=2`, 'own')).toEqual([
      'verified',
      'requested',
    ])
    await decide(open.id, 'approve')
    for (const email of emails) await mailTo(server, email, 'for which you asked')
  })

  test('are approved by whatever makes the project a member, such as a stock client', async () => {
    const id = await published()
    const email = freshAddress()
    const request = await asked(id, email)
    await confirm(email)
    await share(service(), id, project('pending'))
    expect((await own(id))[0].status).toBe('approved')
    linkTo('invitation', await mailTo(server, email, 'for which you asked'))

    // What is a member already may ask, and is approved without an error.
    const second = freshAddress()
    const later = await asked(id, second)
    await confirm(second)
    await ask('PUT', `/inbox/${id}`, 'mem, pending', { status: 'accepted' })
    expect((await decide(later.id, 'approve')).body.status).toBe('approved')
    const mail = await mailTo(server, second, 'for which you asked')
    expect(mail.text).not.toContain('/mail/invitation/')
    expect((await decide(request.id, 'approve')).status).toBe(200)
  })

  test('share the image anew when they are approved again after it was taken away', async () => {
    const id = await published()
    const email = freshAddress()
    const request = await asked(id, email)
    await confirm(email)
    await decide(request.id, 'decline', { reason: 'Not yet.' })
    await decide(request.id, 'approve', { note: 'Now.' })
    expect((await own(id))[0]).toMatchObject({ status: 'approved', reason: '' })
    await service().ask('DELETE', `/v2/images/${id}/members/${project('pending')}`)
    expect((await decide(request.id, 'approve', { note: 'Once more.' })).status).toBe(200)
    expect(await isMember(id)).toBe(true)
    linkTo('invitation', await mailTo(server, email, 'Once more.'))
  })

  test('can be refused and ignored whatever has become of the image, and approved while it is shared', async () => {
    for (const visibility of ['private', 'community']) {
      const id = await published()
      const [email, another] = [freshAddress(), freshAddress()]
      const request = await asked(id, email)
      const second = await asked(id, another, 'mem, accepted')
      await confirm(email)
      await confirm(another)
      const rule = `/images/${id}/approval-rule`
      await ask('PUT', rule, 'own', { most: 0 })
      await patch(service(), id, [{ op: 'replace', path: '/visibility', value: visibility }])
      const approved = await decide(request.id, 'approve')
      expect([approved.status, approved.body.detail]).toEqual([
        403,
        expect.stringContaining(`visibility of image ${id} is "${visibility}"`),
      ])
      expect((await decide(request.id, 'decline', { reason: 'Gone.' })).body.status).toBe(
        'declined',
      )
      expect((await decide(second.id, 'ignore')).body.status).toBe('ignored')
      expect((await ask('DELETE', rule, 'own')).status).toBe(204)
      await mailTo(server, email, 'Gone.')
    }
  })

  test('end with their image, which all who wait for an answer are told', async () => {
    const id = await published()
    const [open, joined, ignored, declined, unproven] = [
      freshAddress(),
      freshAddress(),
      freshAddress(),
      freshAddress(),
      freshAddress(),
    ]
    const request = await asked(id, open)
    await asked(id, joined)
    const second = await asked(id, ignored, 'mem, accepted')
    const third = await asked(id, declined, 'non')
    await asked(id, unproven)
    for (const email of [open, joined, ignored, declined]) await confirm(email)
    await mailTo(server, unproven, 'gave this address')
    await decide(second.id, 'ignore')
    await decide(third.id, 'decline', { reason: 'No.' })
    expect((await service().ask('DELETE', `/v2/images/${id}`, { as: 'own' })).status).toBe(204)
    for (const email of [open, joined, ignored]) {
      const { text } = await mailTo(server, email, 'was deleted before')
      expect(text).toContain(project(email === ignored ? 'accepted' : 'pending'))
      expect(text).toContain('Debian 13')
      expect(text).not.toContain('an inner name')
      expect(mailsTo(server, email)).toHaveLength(2)
    }
    expect(mailsTo(server, declined)).toHaveLength(2)
    expect(mailsTo(server, unproven)).toHaveLength(1)
    expect(await own(id)).toEqual([])
    expect((await decide(request.id, 'approve')).status).toBe(404)
    expect(await activity('/activity?limit=1', 'mem, pending')).toEqual(['declined'])
  })

  test('go with the image to another owner, and what the first has decided in advance does not', async () => {
    const id = await published()
    const email = freshAddress()
    const request = await asked(id, email)
    await confirm(email)
    await ask('PUT', `/images/${id}/approval-rule`, 'own', { most: 100 })
    const owner = project('stranger')
    const given = [{ op: 'replace', path: '/owner', value: owner }]
    expect((await patch(service(), id, given, { as: 'adm' })).status).toBe(200)
    expect(await queue(id)).toEqual([])
    expect((await decide(request.id, 'approve')).status).toBe(404)
    const { body } = await ask('GET', '/requests?status=open', 'non')
    expect(body.requests).toMatchObject([{ id: request.id }])
    expect((await ask('GET', `/images/${id}/approval-rule`, 'non')).status).toBe(404)
    expect((await decide(request.id, 'approve', {}, 'non')).body.status).toBe('approved')
  })

  test('are approved by rules, once the address is proven, up to a number', async () => {
    const id = await published()
    const rulePath = `/images/${id}/approval-rule`
    expect((await ask('GET', rulePath, 'own')).status).toBe(404)
    const rule = { projects: [project('accepted')], email_domains: ['Trusted.example'], most: 1 }
    const set = await ask('PUT', rulePath, 'own', rule)
    expect(set.body).toEqual({ ...rule, email_domains: ['trusted.example'], approved: 0 })
    for (const email of ['a@trusted.example', 'b@not-trusted.example', 'c@x.trusted.example']) {
      await asked(id, email)
      expect(await isMember(id)).toBe(false)
    }
    await confirm('b@not-trusted.example')
    await confirm('c@x.trusted.example')
    expect(await isMember(id)).toBe(false)
    await ask('POST', `/requests/${(await queue(id))[0].id}/decline`, 'own', {})
    await confirm('a@trusted.example')
    expect(await isMember(id)).toBe(true)
    await mailTo(server, 'a@trusted.example', 'for which you asked')
    expect((await ask('GET', rulePath, 'ownR')).status).toBe(403)
    expect((await ask('GET', rulePath, 'own')).body.approved).toBe(1)
    const full = freshAddress()
    await asked(id, full, 'mem, accepted')
    await confirm(full)
    expect(await isMember(id, project('accepted'))).toBe(false)
    expect((await ask('DELETE', rulePath, 'own')).status).toBe(204)
    expect((await ask('DELETE', rulePath, 'own')).status).toBe(404)
    for (const bad of [
      {},
      { projects: null },
      { most: -1 },
      { email_domains: ['a b'] },
      { x: 1 },
    ]) {
      expect((await ask('PUT', rulePath, 'own', bad)).status).toBe(400)
    }
    expect((await ask('PUT', rulePath, 'non', rule)).status).toBe(404)
  })

  test('tell outsiders nothing that is not published', async () => {
    const id = await published('A public title')
    const unpublished = await activeImage(service(), 'data')
    const body = { email: freshAddress(), message: '' }
    const answers = [
      await ask('POST', '/requests', 'mem, pending', { ...body, image_id: unpublished }),
      await ask('POST', '/requests', 'mem, pending', { ...body, image_id: 'x'.repeat(36) }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
    const [first, second] = answers.map(({ body }) => body.detail.replaceAll(/"[^"]*"/g, '""'))
    expect(first).toBe(second)

    const email = freshAddress()
    const request = await asked(id, email)
    await confirm(email)
    for (const as of ['mem, pending', 'non', 'memR, pending']) {
      for (const what of ['approve', 'decline', 'ignore']) {
        const { status, text } = await decide(request.id, what, {}, as)
        expect([as, what, status]).toEqual([as, what, 404])
        expect(text).not.toContain('an inner name')
      }
    }
    await decide(request.id, 'decline', { reason: 'No.' })
    const told = await ask('GET', '/activity?as=consumer&limit=3', 'mem, pending')
    expect(told.text).not.toMatch(new RegExp(`an inner name|${project('producer')}`))
    expect(told.body.activity).toMatchObject([
      { type: 'declined', image_name: 'A public title', producer: null, actor: null },
      { type: 'verified', producer: null },
      { type: 'requested', producer: null },
    ])
    expect((await own(id)).map((one: object) => JSON.stringify(one)).join()).not.toMatch(
      new RegExp(`an inner name|${project('producer')}`),
    )
    expect(await own(id, 'non')).toEqual([])
  })

  test('have links that cannot be forged, and lead nowhere once the image is unlisted', async () => {
    const id = await published()
    const email = freshAddress()
    await asked(id, email)
    const link = linkTo('request', await mailTo(server, email))
    const token = link.split('/').at(-1) ?? ''
    for (const forged of [token.slice(0, -1), `${token}x`, 'x.y', 'x.y.z', '%00']) {
      const path = `${service().url}/mail/request/${forged}`
      expect((await fetch(path)).status).toBe(404)
      expect((await send(path)).status).toBe(404)
    }
    expect((await send(link.replace('/request/', '/invitation/'))).status).toBe(404)
    await ask('DELETE', `/images/${id}/listing`, 'own')
    expect((await send(link)).status).toBe(404)
    expect(await queue(id)).toEqual([])
    await service().ask('DELETE', `/v2/images/${id}`)
    expect((await fetch(link)).status).toBe(404)
  })

  test('are refused for one’s own image, for open ones, and where they say what cannot be', async () => {
    const id = await published()
    const body = { image_id: id, email: freshAddress() }
    expect((await ask('POST', '/requests', 'own', body)).status).toBe(409)
    expect((await ask('POST', '/requests', 'memR, pending', body)).status).toBe(403)
    for (const bad of [
      { ...body, email: 'a@b.de\r\nBcc: c@d.ef' },
      { ...body, email: 'nobody' },
      { ...body, message: 'x'.repeat(2001) },
      { ...body, message: 'bell \u0007' },
      { ...body, project_id: 'another' },
      { image_id: id },
    ]) {
      expect((await ask('POST', '/requests', 'mem, pending', bad)).status).toBe(400)
    }
    await service().ask('POST', `/v2/images/${id}/actions/deactivate`, { as: 'adm' })
    const unavailable = await ask('POST', '/requests', 'mem, pending', body)
    expect([unavailable.status, unavailable.body.detail]).toEqual([
      409,
      expect.stringContaining('not available at present'),
    ])
    const form = { project_id: 'p', email: freshAddress(), message: '' }
    const sent = await send(`${service().url}/gallery/images/${id}/requests`, form)
    expect(sent.status).toBe(409)
    await service().ask('POST', `/v2/images/${id}/actions/reactivate`, { as: 'adm' })
    await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'community' }])
    const open = await ask('POST', '/requests', 'mem, pending', body)
    expect([open.status, open.body.detail]).toEqual([
      409,
      expect.stringContaining('everyone may use it'),
    ])
  })

  test('come by the form of the gallery, without a login, and are answered alike whatever exists', async () => {
    const id = await published('By <form>')
    const form = `${service().url}/gallery/images/${id}/requests`
    const email = freshAddress()
    const fields = { project_id: project('stranger'), email, message: 'a\r\nb' }
    const pages = [
      await send(form, fields),
      await send(form, { ...fields, project_id: 'no-such-project', email: 'nobody@no.example' }),
      await send(form, fields),
    ]
    const texts = await Promise.all(pages.map((page) => page.text()))
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(texts).size).toBe(1)
    await confirm(email)
    const [request] = await queue(id)
    expect(request).toMatchObject({
      project_id: project('stranger'),
      by_member: false,
      email,
      message: 'a\nb',
    })
    const { body } = await ask('GET', `/images/${id}/activity?limit=2`, 'own')
    expect(body.activity).toMatchObject([
      { type: 'verified', actor: null },
      { type: 'requested', actor: null, note: 'a\nb' },
    ])
    // Whoever asked in its name has got nothing by it.
    await decide(request.id, 'approve')
    const mail = await mailTo(server, email, 'for which you asked')
    const own = { user_name: 'a member', password: 'member', answer: 'accepted' }
    const link = linkTo('invitation', mail)
    expect((await send(link, { ...own, password: 'guess' })).status).toBe(401)
    expect(await isMember(id, project('stranger'))).toBe(true)

    for (const [bad, words] of [
      [{ ...fields, email: 'a@b.de\r\nBcc: c@d.ef' }, 'e-mail address should be'],
      [{ ...fields, project_id: '<script>' }, 'project id should be'],
      [{ ...fields, message: 'x'.repeat(2001) }, 'at most 2000'],
      [{}, 'project id should be'],
    ] as const) {
      const page = await send(form, bad)
      const text = await page.text()
      expect([page.status, text]).toEqual([400, expect.stringContaining(words)])
      expect(text).not.toContain('<script>')
    }
    const nowhere = `${service().url}/gallery/images/${'x'.repeat(36)}/requests`
    expect((await send(nowhere, fields)).status).toBe(404)
    expect((await fetch(form, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(413)
  })

  test('of strangers neither hide nor hold up those of the project itself', async () => {
    const id = await published()
    const form = `${service().url}/gallery/images/${id}/requests`
    const stranger = async () => {
      const email = freshAddress()
      await send(form, { project_id: project('pending'), email, message: 'A stranger.' })
      await confirm(email)
      return email
    }
    const first = await stranger()
    const email = freshAddress()
    await asked(id, email, 'mem, pending', 'It is us.')
    await confirm(email)
    const second = await stranger()
    const open = await queue(id, '&status=open')
    expect(open).toMatchObject([{ message: 'It is us.', by_member: true }])
    await decide(open[0].id, 'approve', { note: 'For you.' })
    const ours = await mailTo(server, email, 'for which you asked')
    for (const words of ['an inner name', project('producer'), '> For you.']) {
      expect(ours.text).toContain(words)
    }
    linkTo('invitation', ours)
    // Nobody has decided what these may know besides: they are told what they could read in the gallery.
    for (const one of [first, second]) {
      const { raw, text } = await mailTo(server, one, 'for which you asked')
      expect(text).toContain(id)
      const secrets = new RegExp(`an inner name|${project('producer')}|For you|/mail/invitation/`)
      expect(text + raw).not.toMatch(secrets)
    }

    const other = await published()
    const spam = freshAddress()
    const otherForm = form.replace(id, other)
    await send(otherForm, { project_id: project('pending'), email: spam })
    await confirm(spam)
    await decide((await queue(other))[0].id, 'ignore')
    const again = freshAddress()
    await asked(other, again)
    await confirm(again)
    expect(await queue(other, '&status=open')).toHaveLength(1)
  })

  test('write in the language of the browser', async () => {
    const id = await published('Auf Deutsch')
    const email = freshAddress()
    await fetch(`${service().url}/gallery/images/${id}/requests`, {
      method: 'POST',
      body: new URLSearchParams({ project_id: 'p', email }),
      headers: { 'accept-language': 'de-DE,de;q=0.9,en;q=0.8' },
    })
    expect((await mailTo(server, email)).text).toContain('hat diese Adresse angegeben')
  })
})

describeOnBothDatabases('access requests of too many', strict, (service) => {
  async function published() {
    const projectId = service().accounts.projectId('producer')
    const put = (path: string, body: object) => service().ask('PUT', `/sharing/v1${path}`, { body })
    await put(`/publishers/${projectId}`, { name: 'Acme' })
    const id = await activeImage(service(), 'data')
    const listing = { title: 'x', description: 'x', os: 'Debian', architecture: 'x86_64' }
    expect((await put(`/images/${id}/listing`, listing)).status).toBe(200)
    return `${service().url}/gallery/images/${id}/requests`
  }
  let addresses = 0
  const submit = async (form: string, from: string, email = `${addresses++}@many.example`) => {
    const headers = { 'x-forwarded-for': from }
    const body = new URLSearchParams({ project_id: 'p', email })
    const { status } = await fetch(form, { method: 'POST', body, headers })
    return status
  }

  test('are refused by network, as trusted proxies name it, and by image', async () => {
    const form = await published()
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push(await submit(form, '192.0.2.1'))
    expect(statuses).toEqual([200, 200, 200, 200, 429])
    const refused = await fetch(form, {
      method: 'POST',
      body: new URLSearchParams({ project_id: 'p', email: 'a@many.example' }),
      headers: { 'x-forwarded-for': '192.0.2.1' },
    })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(80_000)
    // Whoever has a network of IPv6 has no more addresses by it.
    const others: number[] = []
    for (let i = 0; i < 3; i++) others.push(await submit(form, `2001:db8:1:${i}::${i}`))
    expect(others).toEqual([200, 200, 429])
    expect(await submit(await published(), '198.51.100.7')).toBe(200)
  })

  test('are not told that an address has had enough, which then has no more mail', async () => {
    const form = await published()
    const email = 'victim@many.example'
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push(await submit(form, `203.0.113.${i}`, email))
    expect(statuses).toEqual([200, 200, 200, 200])
    expect(await submit(form, '203.0.113.99', 'last@many.example')).toBe(200)
    await mailTo(server, 'last@many.example')
    expect(mailsTo(server, email)).toHaveLength(2)
  })
})
