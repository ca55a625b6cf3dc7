/** Letters in words: complete in every language, escaped, and in the operator's own form where there is one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { imageFacts, type Language, type Letter, languages, type Notice } from '@vitrine/core'
import { expect, onTestFinished, test } from 'vitest'
import { MailTemplates } from '../src/index.ts'

const image = imageFacts(
  someImage({
    name: 'A & <b>',
    sizeBytes: 3 * 2 ** 30,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    multihash: { algorithm: 'sha512', value: 'abc' },
  }),
)
const answer = {
  url: 'https://images.example/mail/invitation/a.b',
  expiresAt: '2030-01-15T08:30:00.000Z',
}
const link = 'https://images.example/mail/prove/a.b'
const [title, projectId, email] = ['A & <b>', 'project', 'someone@else.example']
const notices: readonly Notice[] = [
  { kind: 'shared', image, publisher: 'A & <b> images', note: 'A <note> & more', answer },
  { kind: 'reminder', image, publisher: null, note: '', answer },
  { kind: 'revoked', image },
  { kind: 'change', image, change: 'deactivated' },
  { kind: 'change', image, change: 'reactivated' },
  { kind: 'change', image, change: 'deprecated' },
  { kind: 'change', image, change: 'supported' },
  { kind: 'answer', image, consumerId: 'consumer', status: 'rejected' },
  { kind: 'request', image, projectId, email, message: 'A <note> & more', isByMember: false },
  { kind: 'request', image, projectId, email, message: '', isByMember: true },
]
const letters: readonly Letter[] = [
  ...notices,
  { kind: 'prove', projectId, link },
  { kind: 'confirm', title, projectId, link },
  { kind: 'approved', image, title, projectId, note: 'A <note> & more', answer },
  { kind: 'declined', title, projectId, reason: 'A <note> & more', isGone: false },
  { kind: 'declined', title, projectId, reason: 'is not shown', isGone: true },
  { kind: 'digest', notices, more: 1234 },
]
const all = languages.flatMap((language) => letters.map((letter) => [language, letter] as const))
const unsubscribe = 'https://images.example/mail/unsubscribe/a.b'

function write(language: Language, letter: Letter, templates = new MailTemplates(undefined)) {
  return templates.write(letter, { email: 'a@b.example', language, contactId: 'id' }, unsubscribe)
}

test.each(all)('in %s, nothing is left to be filled in: $kind', (language, letter) => {
  const { subject, text, html } = write(language, letter)
  for (const written of [subject, text, html.replace(/<style>.*<\/style>/s, '')]) {
    expect(written).not.toMatch(/\{\w+\}|undefined|\[object|<%/)
  }
  expect(subject).toMatch(/^[^\r\n]+$/)
  expect(text).toContain('a@b.example')
  expect(text).toContain(unsubscribe)
})

test.each(all)('in %s, the HTML escapes what it is given: $kind', (language, letter) => {
  const { html, text } = write(language, letter)
  expect(html).not.toMatch(/<b>|<note>/)
  if (letter.kind !== 'prove') expect(html).toContain('A &amp; &lt;b&gt;')
  if (letter.kind !== 'prove') expect(text).toContain('A & <b>')
  if (html.includes('A &lt;note')) expect(text).toContain('> A <note> & more')
})

test('an invitation says what the link is good for, and until when', () => {
  const [shared] = letters
  if (shared === undefined) throw new Error('There is no letter')
  const { text, html } = write('en', shared)
  expect(text).toContain(`Accept or reject:\n${answer.url}\nThe link works once, until`)
  expect(text).toContain(`A & <b> images (${image.owner})`)
  expect(text).toContain('15 January 2030 at 08:30 (UTC)')
  expect(html).toContain(`href="${answer.url}"`)
  expect(write('de', shared).text).toContain('15. Januar 2030 um 08:30 (UTC)')
})

test('a digest has all that came together, with its links, and says how much more there is', () => {
  const { text, subject } = write('en', { kind: 'digest', notices, more: 1234 })
  expect(subject).toBe('News of your images: 1244')
  expect(text.match(/^\* /gm)).toHaveLength(notices.length)
  expect(text.split(answer.url)).toHaveLength(3)
  expect(text).toContain('And 1,234 more')
})

test('numbers are written as the language writes them', () => {
  const [shared] = letters
  if (shared === undefined) throw new Error('There is no letter')
  expect(write('en', shared).text).toContain('3 GiB (3,221,225,472 B)')
  expect(write('de', shared).text).toContain('3 GiB (3.221.225.472 B)')
})

test('an operator’s template takes the place of ours, each by itself', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-mail-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'mail.txt.eta'), 'Ours: <%= it.facts[1].value %>')
  const [shared] = letters
  if (shared === undefined) throw new Error('There is no letter')
  const { text, html } = write('en', shared, new MailTemplates(directory))
  expect(text).toBe(`Ours: ${image.id}`)
  expect(html).toContain('An image is shared with you')
})
