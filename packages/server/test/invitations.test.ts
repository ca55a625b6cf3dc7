/** Answering a share by the link of a mail: on a page without JavaScript, with a real mail server. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { activeImage, createImage, share } from './image-requests.ts'
import { type MailServer, startMailServer } from './mail-server.ts'
import { linkTo, mailTo, send } from './mailbox.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const settings: Record<string, string> = {
  VITRINE_SHARING__HOURS_BETWEEN_REMINDERS: '0',
  VITRINE_SHARING__LOG_INS_PER_LINK_PER_HOUR: '4',
  VITRINE_SHARING__LOG_INS_PER_NETWORK_PER_HOUR: '1000',
  VITRINE_SHARING__MAILS_PER_ADDRESS_PER_DAY: '3',
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

describeOnBothDatabases('invitations', settings, (service) => {
  const project = (name: 'pending' | 'accepted' | 'stranger') => service().accounts.projectId(name)
  const ask = (method: string, path: string, as: string, body?: unknown) =>
    service().ask(method, `/sharing/v1${path}`, { as, body })
  const right = { user_name: 'a member', password: 'member', domain_name: 'default' }
  let addresses = 0

  /** Shares the image, by mail to an address that the producer names. */
  async function invited(id: string, projectId = project('pending'), note = ''): Promise<string> {
    const email = `someone-${addresses++}@consumer.example`
    const projects = [{ project_id: projectId, email }]
    await ask('POST', `/images/${id}/shares`, 'own', { projects, note })
    return linkTo('invitation', await mailTo(server, email))
  }
  const statusOf = async (id: string, projectId = project('pending')) =>
    (await service().ask('GET', `/v2/images/${id}/members/${projectId}`)).body.status
  const page = async (link: string, answer: Promise<Response> = fetch(link)) => {
    const response = await answer
    return [response.status, await response.text()] as const
  }

  test('lead through a page that asks for a log-in at its last step, and works once', async () => {
    const id = await activeImage(service(), 'data', { name: 'Debian 13' })
    const link = await invited(id, project('pending'), 'Line 1\nLine 2')
    const [status, text] = await page(link)
    expect(status).toBe(200)
    for (const words of [id, 'Debian 13', '4 bytes', 'Line 1\nLine 2', project('pending')]) {
      expect(text).toContain(words)
    }
    expect(text).toContain('It can be booted already, by its id')
    expect(text).not.toMatch(/password/i)
    const [, lastStep] = await page(`${link}?answer=accepted`)
    expect(lastStep).toMatch(/type="password"/)
    expect(await statusOf(id)).toBe('pending')

    const wrong = await page(link, send(link, { ...right, answer: 'accepted', password: 'x' }))
    expect(wrong[0]).toBe(401)
    expect(wrong[1]).toContain('value="a member"')
    expect(wrong[1]).not.toContain('value="x"')
    expect(await statusOf(id)).toBe('pending')

    const done = await page(link, send(link, { ...right, answer: 'accepted' }))
    expect(done).toEqual([200, expect.stringContaining('<h1>Accepted</h1>')])
    expect(await statusOf(id)).toBe('accepted')
    const again = await page(link, send(link, { ...right, answer: 'rejected' }))
    expect(again).toEqual([200, expect.stringContaining('answered already')])
    expect(await statusOf(id)).toBe('accepted')
    expect((await page(link))[1]).toContain('has accepted the image “Debian 13”')

    const { body } = await ask('GET', `/images/${id}/activity`, 'own')
    expect(body.activity[0]).toMatchObject({
      type: 'accepted',
      actor: { project_id: project('pending') },
    })
    // Should the project change its mind, the link stays used.
    await ask('PUT', `/inbox/${id}`, 'mem, pending', { status: 'pending' })
    expect((await page(link))[1]).toContain('answered already')
  })

  test('reject as well, and come anew with a reminder', async () => {
    const id = await createImage(service(), { name: 'anew' })
    const email = 'anew@consumer.example'
    const projects = [{ project_id: project('accepted'), email }]
    await ask('POST', `/images/${id}/shares`, 'own', { projects })
    const first = linkTo('invitation', await mailTo(server, email))
    server.received.length = 0
    await ask('POST', `/images/${id}/shares/${project('accepted')}/reminders`, 'own', {})
    const second = linkTo('invitation', await mailTo(server, email, 'reminds you'))
    expect(second).not.toBe(first)
    const done = await page(second, send(second, { ...right, answer: 'rejected' }))
    expect(done).toEqual([200, expect.stringContaining('<h1>Rejected</h1>')])
    expect(await statusOf(id, project('accepted'))).toBe('rejected')
    expect((await page(first))[1]).toContain('has rejected the image “anew”')
    const late = await page(first, send(first, { ...right, answer: 'accepted' }))
    expect(late[1]).toContain('answered already')
    expect(await statusOf(id, project('accepted'))).toBe('rejected')
  })

  test('serve the invited project alone, and nobody who may not answer for it', async () => {
    const id = await createImage(service())
    const link = await invited(id, 'a project that does not exist')
    expect((await send(link, { ...right, answer: 'accepted' })).status).toBe(401)
    const other = await invited(id)
    const reader = { ...right, user_name: 'a reader', password: 'reader', answer: 'accepted' }
    const response = await send(other, reader)
    expect([response.status, await response.text()]).toEqual([
      // Who has no role there at all is not told apart from whoever has a wrong password.
      expect.toBeOneOf([401, 403]),
      expect.stringContaining('role="alert"'),
    ])
    expect(await statusOf(id)).toBe('pending')
  })

  test('are answered once, however many do so at once', async () => {
    const id = await createImage(service())
    const link = await invited(id)
    const answers = ['accepted', 'rejected', 'accepted', 'rejected']
    const pages = await Promise.all(
      answers.map((answer) => page(link, send(link, { ...right, answer }))),
    )
    const done = pages.filter(([, text]) => /<h1>(Accepted|Rejected)<\/h1>/.test(text))
    expect(done).toHaveLength(1)
    const status = await statusOf(id)
    expect(done[0]?.[1].toLowerCase()).toContain(`<h1>${status}</h1>`)
  })

  test('end with the share, and say what was answered elsewhere', async () => {
    const id = await createImage(service(), { name: 'ends' })
    const link = await invited(id)
    await ask('PUT', `/inbox/${id}`, 'mem, pending', { status: 'rejected' })
    expect((await page(link))[1]).toContain('has rejected the image “ends”')
    await service().ask('DELETE', `/v2/images/${id}/members/${project('pending')}`)
    expect(await page(link)).toEqual([410, expect.stringContaining('No longer shared')])
    await share(service(), id, project('pending'))
    expect((await page(link))[0]).toBe(410)
    expect((await send(link, { ...right, answer: 'accepted' })).status).toBe(410)
  })

  test('cannot be guessed or forged, nor be used for anything else', async () => {
    const link = await invited(await createImage(service()))
    const token = link.split('/').at(-1) ?? ''
    const [id, end, code] = token.split('.')
    for (const forged of [
      `${id}.${code}`,
      `${id}.zzzzzz.${code}`,
      `${id}.${end}.${code?.toLowerCase()}x`.slice(0, token.length),
      `${id?.replace(/./, (first) => (first === 'a' ? 'b' : 'a'))}.${end}.${code}`,
      token.slice(0, -2),
      'x',
      '%00',
      '..%2f..',
      `${token}/`,
      'x'.repeat(5000),
    ]) {
      const path = `${service().url}/mail/invitation/${forged}`
      expect([forged, (await fetch(path)).status]).toEqual([forged, 404])
      expect((await send(path, { ...right, answer: 'accepted' })).status).toBe(404)
    }
    for (const page of ['prove', 'unsubscribe']) {
      expect((await send(`${service().url}/mail/${page}/${token}`)).status).toBe(404)
    }
  })

  test('do not let anyone try passwords for long', async () => {
    const id = await createImage(service())
    const link = await invited(id)
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) {
      statuses.push((await send(link, { ...right, password: `${i}`, answer: 'accepted' })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 429])
    expect((await send(link, { ...right, answer: 'accepted' })).status).toBe(429)
    expect(await statusOf(id)).toBe('pending')
  })

  test('show what strangers write as text, and take no strange forms', async () => {
    const name = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>'
    const id = await createImage(service(), { name })
    const link = await invited(id, project('pending'), `</blockquote>${name}`)
    const strange = { user_name: name, password: name, domain_name: name, answer: 'accepted' }
    for (const [, text] of [
      await page(link),
      await page(`${link}?answer=accepted`),
      await page(link, send(link, strange)),
    ]) {
      expect(text).toContain('&lt;script&gt;alert(1)')
      expect(text).not.toMatch(/<script|<img/)
    }
    const statuses = [
      await send(link, {}),
      await send(link, { answer: 'pending' }),
      await send(link, { answer: 'accepted', user_name: 'a\0b' }),
      await fetch(link, { method: 'POST', body: 'x'.repeat(100_000) }),
      await fetch(link, { method: 'POST', body: new Uint8Array([0xff, 0xfe]) }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 400, 413, 400])
    expect(await statusOf(id)).toBe('pending')
  })

  test('flood nobody: an address that nobody has proven gets so many mails a day', async () => {
    const email = 'victim@elsewhere.example'
    for (let i = 0; i < 5; i++) {
      const id = await createImage(service())
      const projects = [{ project_id: `project-${i}`, email }]
      await ask('POST', `/images/${id}/shares`, 'own', { projects })
    }
    await invited(await createImage(service()))
    const { body } = await ask('GET', '/mails', 'adm')
    const mails = body.mails.filter(({ to }: { to: string }) => to === email)
    expect(mails.map(({ status }: { status: string }) => status)).toEqual(
      expect.arrayContaining(['failed', 'failed', 'sent', 'sent', 'sent']),
    )
    expect(mails[0].failure).toContain('as many mails today as the operator allows')
    expect(server.received.filter(({ to }) => to.includes(email))).toHaveLength(3)
  })
})
