/** That certificates have their time; all else of signatures is tested through the service. */
import { execFileSync } from 'node:child_process'
import { someImage } from '@vitrine/conformance'
import { expect, test } from 'vitest'
import { ImageSignatures } from '../src/index.ts'

async function* nothing(): AsyncGenerator<Uint8Array> {}

const oneYear = 366 * 24 * 60 * 60 * 1000

test.each([
  ['not yet', -oneYear],
  ['no longer', 2 * oneYear],
])('a certificate that is %s valid proves nothing', async (_when, laterMs) => {
  const files = execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-noenc',
      '-keyout',
      '/dev/null',
      '-subj',
      '/CN=producer',
      '-days',
      '1',
    ],
    { stdio: 'pipe' },
  )
  const clock = { now: () => new Date(Date.now() + laterMs) }
  const signatures = new ImageSignatures({ find: async () => files }, clock)
  const image = someImage({
    properties: new Map([
      ['img_signature', 'AAAA'],
      ['img_signature_hash_method', 'SHA-256'],
      ['img_signature_key_type', 'RSA-PSS'],
      ['img_signature_certificate_uuid', 'abc'],
    ]),
  })
  const reading = (async () => {
    for await (const _ of signatures.verified(image, nothing()))
      throw new Error('there are no bytes')
  })()
  await expect(reading).rejects.toThrow(/is valid from .+ to /)
})
