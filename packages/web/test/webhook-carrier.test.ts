/** A post reaches the address that was allowed and no other, and takes little of what comes back. */
import { buffer } from 'node:stream/consumers'
import { InvalidError, UnavailableError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { HttpWebhookCarrier, type HttpWebhookCarrierOptions } from '../src/index.ts'
import { forever, serve } from './local-server.ts'

const message = { headers: { 'content-type': 'application/json', 'x-id': '7' }, body: '{"a":"ü"}' }

function localCarrier(options: HttpWebhookCarrierOptions = {}): HttpWebhookCarrier {
  const rules = { allowedPorts: [] }
  return new HttpWebhookCarrier({ allowedNetworks: ['127.0.0.0/8'], rules, ...options })
}

describe('post()', () => {
  test('sends headers and body, and tells how the answer begins', async () => {
    const got: unknown[] = []
    await using server = await serve(async (request, response) => {
      const { 'x-id': id, 'user-agent': agent, 'content-length': length } = request.headers
      got.push(request.method, request.url, id, agent, length, String(await buffer(request)))
      response.writeHead(202, { 'Retry-After': '7' }).end('thank\r\n\tyou\0!')
    })
    const answer = await localCarrier().post(
      `http://127.0.0.1:${server.port}/hook?key=secret`,
      message,
      forever,
    )
    expect(got).toEqual(['POST', '/hook?key=secret', '7', 'Vitrine', '10', '{"a":"ü"}'])
    expect(answer).toEqual({ status: 202, beginning: 'thank you !', retryAfterSeconds: 7 })
  })

  test('follows no redirect', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(307, { Location: '/elsewhere' }).end(),
    )
    const url = `http://127.0.0.1:${server.port}/`
    expect((await localCarrier().post(url, message, forever)).status).toBe(307)
    expect(server.connections()).toBe(1)
  })

  test('reads no more of an endless answer than its beginning, and closes the connection', async () => {
    await using server = await serve((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(10_000)));
      }
      response.on('drain', more)
      more()
    })
    const answer = await localCarrier().post(`http://127.0.0.1:${server.port}/`, message, forever)
    expect(answer).toMatchObject({ status: 200, beginning: 'x'.repeat(200) })
    await server.allClosed()
  })

  test('takes an answer that breaks off or stalls by its status', async () => {
    await using server = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('abc')
      if (request.url === '/breaks') setTimeout(() => response.destroy(), 20)
    })
    const carrier = localCarrier({ timeoutMs: 500 })
    for (const path of ['/breaks', '/stalls']) {
      const answer = await carrier.post(`http://127.0.0.1:${server.port}${path}`, message, forever)
      expect(answer).toMatchObject({ status: 200, beginning: 'abc' })
    }
  })

  test('ends when no answer comes in time, or it is no longer wanted', async () => {
    await using server = await serve(() => {})
    const url = `http://127.0.0.1:${server.port}/secret`
    await expect(localCarrier({ timeoutMs: 50 }).post(url, message, forever)).rejects.toThrow(
      new UnavailableError('Cannot deliver to "127.0.0.1": it gave no proper answer in time'),
    )
    const stopping = new AbortController()
    const posting = localCarrier().post(url, message, stopping.signal)
    stopping.abort(new Error('the service stops'))
    await expect(posting).rejects.toThrow('the service stops')
    await server.allClosed()
  })

  test.each([
    ['http://10.0.0.1/', 'to "10.0.0.1": it does not pass filtering: the address is not allowed'],
    ['http://169.254.169.254/', 'to "169.254.169.254": it does not pass filtering'],
    ['http://inside.example/', 'to "inside.example": it has no address that passes filtering'],
    ['http://localhost:8080/', 'to "localhost": it does not pass filtering: port 8080'],
    ['ftp://mirror.example/', 'to the URL: it does not pass filtering: its scheme should be'],
    ['https://me:secret@host.example/', 'to the URL: it does not pass filtering: its host should'],
  ])('and checkHost() refuse %s', async (url, sentence) => {
    const carrier = new HttpWebhookCarrier({ resolve: async () => ['8.8.8.8', '192.168.0.1'] })
    const refused = {
      name: 'InvalidError',
      message: expect.stringContaining(`deliver ${sentence}`),
    }
    await expect(carrier.checkHost(url)).rejects.toMatchObject(refused)
    await expect(carrier.post(url, message, forever)).rejects.toMatchObject(refused)
    await expect(carrier.post(url, message, forever)).rejects.toThrow(InvalidError)
  })

  test('looks a host up once, so that a second answer leads nowhere', async () => {
    await using server = await serve((_, response) => response.end())
    const answers = [['127.0.0.1'], ['127.0.0.66']]
    const resolve = async () => answers.shift() ?? []
    const carrier = localCarrier({ resolve, allowedNetworks: ['127.0.0.1/32'] })
    const { status } = await carrier.post(`http://hook.example:${server.port}/`, message, forever)
    expect([status, answers.length]).toEqual([200, 1])
  })
})
