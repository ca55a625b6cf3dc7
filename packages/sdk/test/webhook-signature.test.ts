/** What a receiver may trust: only what was signed by its secret, just now, and not changed. */
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyWebhook } from '../src/index.ts'

const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`
const body = JSON.stringify({
  specversion: '1.0',
  id: 'e1',
  source: 'https://images.example/sharing/v1',
  type: 'image.activate',
  subject: 'i1',
  time: '2030-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  data: {
    as: 'producer',
    actor: null,
    image: { id: 'i1', name: 'ü', owner: 'p', visibility: 'shared', status: 'active' },
  },
})

function headersOf(seconds = 0, text = body, by = secret) {
  const timestamp = String(Math.floor(Date.now() / 1000) + seconds)
  const key = Buffer.from(by.slice(6), 'base64')
  const code = createHmac('sha256', key).update(`e1.${timestamp}.${text}`).digest('base64')
  return {
    'webhook-id': 'e1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v2,other v1,${code}`,
  }
}

const distrust = (sentence: string) => ({
  name: 'InvalidSignatureError',
  message: expect.stringContaining(sentence),
})

test('a webhook that is signed is its event, from any kind of headers and body', async () => {
  const event = { id: 'e1', type: 'image.activate', as: 'producer', image: { name: 'ü' } }
  const headers = headersOf()
  expect(await verifyWebhook({ secret, headers, body })).toMatchObject(event)
  const bytes = new TextEncoder().encode(body)
  const fetched = new Headers(headers)
  expect(await verifyWebhook({ secret, headers: fetched, body: bytes })).toMatchObject(event)
})

test.each([
  ['changed', { body: body.replace('i1', 'i2') }, 'not by this secret'],
  ['of another secret', { headers: headersOf(0, body, 'whsec_b3RoZXI=') }, 'not by this secret'],
  ['an hour old', { headers: headersOf(-3600) }, 'within 300 seconds of now'],
  ['of the future', { headers: headersOf(3600) }, 'within 300 seconds of now'],
  ['of no time', { headers: { ...headersOf(), 'webhook-timestamp': 'now' } }, 'its time is "now"'],
  ['without an id', { headers: { ...headersOf(), 'webhook-id': undefined } }, '"webhook-id"'],
  ['badly signed', { headers: { ...headersOf(), 'webhook-signature': 'v1,~' } }, 'signature'],
])('a webhook %s is not trusted', async (_, changes, sentence) => {
  const received = { secret, headers: headersOf(), body, ...changes }
  await expect(verifyWebhook(received)).rejects.toMatchObject(distrust(sentence))
})

test('a secret that is none is said to be none', async () => {
  await expect(verifyWebhook({ secret: '?', headers: headersOf(), body })).rejects.toThrow(
    new TypeError('Cannot verify webhooks: the secret should be "whsec_" and base64'),
  )
})
