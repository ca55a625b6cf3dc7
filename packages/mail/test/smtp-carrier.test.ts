/** What the operator reads of a mail that no server took. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Mail } from '@vitrine/core'
import { UnavailableError } from '@vitrine/core'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SmtpCarrier } from '../src/smtp-carrier.ts'

const mail: Mail = {
  id: 'id',
  kind: 'prove',
  to: 'a@b.example',
  contactId: null,
  subject: 'subject',
  text: 'text',
  html: '<p>text</p>',
  unsubscribe: 'https://images.example/u',
  status: 'waiting',
  attempts: 0,
  failure: '',
  createdAt: new Date(),
  dueAt: new Date(),
}
const trusting = '?tls.rejectUnauthorized=false'
const server = new SMTPServer({
  onAuth: (_auth, _session, done) => done(Object.assign(new Error('no'), { responseCode: 535 })),
})
let port = 0
let closedPort = 0
beforeAll(async () => {
  server.on('error', () => {})
  port = await portOf(server.listen(0, '127.0.0.1'))
  const closed = createServer().listen(0, '127.0.0.1')
  closedPort = await portOf(closed)
  closed.close()
  await once(closed, 'close')
})
afterAll(() => new Promise<void>((resolve) => server.close(resolve)))

async function portOf(listener: ReturnType<typeof createServer>): Promise<number> {
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('There is no port')
  return address.port
}

async function failureAt(address: string): Promise<unknown> {
  const from = 'Images <images@cloud.example>'
  await using carrier = new SmtpCarrier({ url: `smtp://vitrine:s3cret@${address}`, from })
  return await carrier.send(mail).catch((error: unknown) => error)
}

test.each([
  ['refuses connections', () => `127.0.0.1:${closedPort}`, 'refused the connection'],
  ['has no address', () => 'nowhere.invalid:25', /has a name that (is not known|could not be)/],
  [
    'is not trusted',
    () => `127.0.0.1:${port}`,
    /shows a certificate that (is not trusted|has expired)/,
  ],
  ['denies us', () => `127.0.0.1:${port}/${trusting}`, 'does not accept the user and password'],
])('a server that %s is named, without the password', async (_, address, reason) => {
  const failure = await failureAt(address())
  expect(failure).toBeInstanceOf(UnavailableError)
  if (!(failure instanceof Error)) return
  expect(failure.message).toMatch(reason)
  expect(failure.message.startsWith(`${address().split('/')[0]} `)).toBe(true)
  expect(failure.message).not.toContain('s3cret')
})
