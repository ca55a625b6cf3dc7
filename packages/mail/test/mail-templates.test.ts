/** Letters in words: complete in every language, escaped, and in the operator's own form where there is one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { imageFacts, type Language, type Letter, languages } from '@vitrine/core'
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
const letters: readonly Letter[] = [
  { kind: 'shared', image, note: 'A <note> & more' },
  { kind: 'reminder', image, note: '' },
  { kind: 'revoked', image },
  { kind: 'answer', image, consumerId: 'consumer', status: 'rejected' },
  { kind: 'prove', projectId: 'project', link: 'https://images.example/mail/prove/a.b' },
]
const all = languages.flatMap((language) => letters.map((letter) => [language, letter] as const))
const unsubscribe = 'https://images.example/mail/unsubscribe/a.b'

function write(language: Language, letter: Letter, templates = new MailTemplates(undefined)) {
  return templates.write(letter, 'a@b.example', language, unsubscribe)
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
