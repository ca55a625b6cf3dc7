/** Which machine a fetch reaches: what was looked up once and allowed, and nothing else. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { InvalidError, UnavailableError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { fetchText, hasIpv6, localSource, serve, serveBytes } from './local-server.ts'

/** Answers in this order; the last answer again and again. */
function resolver(...answers: string[][]) {
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return answers[Math.min(asked.length, answers.length) - 1] ?? []
  }
  return { resolve, asked }
}

function codeError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

describe('open()', () => {
  test('connects to the address that was looked up, and asks for the host by its name', async () => {
    await using server = await serve((request, response) => response.end(request.headers.host))
    const { resolve, asked } = resolver(['127.0.0.1'])
    const text = await fetchText(localSource({ resolve }), `http://Mirror.example:${server.port}/`)
    expect(text).toBe(`mirror.example:${server.port}`)
    expect(asked).toEqual(['mirror.example'])
  })

  test('looks a host up once, so that a second answer leads nowhere', async () => {
    await using good = await serve((_, response) => response.end('good'))
    const { resolve, asked } = resolver(['127.0.0.1'], ['127.0.0.66'])
    const source = localSource({ resolve, allowedNetworks: ['127.0.0.1/32'] })
    expect(await fetchText(source, `http://rebinding.example:${good.port}/`)).toBe('good')
    expect(asked).toHaveLength(1)
  })

  test('looks a host up again for a redirect, and judges the new answer', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(302, { Location: '/again' }).end(),
    )
    const { resolve } = resolver(['127.0.0.1'], ['127.0.0.66'])
    const source = localSource({ resolve, allowedNetworks: ['127.0.0.1/32'] })
    await expect(fetchText(source, `http://rebinding.example:${server.port}/`)).rejects.toThrow(
      new InvalidError(
        'Cannot fetch from "rebinding.example": it has no address that passes filtering',
      ),
    )
    expect(server.connections()).toBe(1)
  })

  test.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['::ffff:127.0.0.1']],
    [['fd00:ec2::254']],
    [['169.254.169.254']],
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
    [['not an address']],
    [[]],
  ])('connects to nobody when a host resolves to %j', async (addresses) => {
    await using server = await serve((_, response) => response.end('secret'))
    const source = localSource({ allowedNetworks: [], resolve: async () => addresses })
    await expect(fetchText(source, `http://evil.example:${server.port}/`)).rejects.toThrow(
      new InvalidError('Cannot fetch from "evil.example": it has no address that passes filtering'),
    )
    expect(server.connections()).toBe(0)
  })

  test('says the same of a host that does not exist as of one inside', async () => {
    const missing = localSource({ resolve: () => Promise.reject(codeError('ENOTFOUND')) })
    const inside = localSource({ resolve: async () => ['10.0.0.1'] })
    const outcomes = await Promise.allSettled([
      fetchText(missing, 'http://intranet.example/'),
      fetchText(inside, 'http://intranet.example/'),
    ])
    const [first, second] = outcomes.map((one) => one.status === 'rejected' && `${one.reason}`)
    expect(first).toBe(
      'InvalidError: Cannot fetch from "intranet.example": it has no address that passes filtering',
    )
    expect(second).toBe(first)
  })

  test('may be tried again when nobody could say where the host is', async () => {
    const source = localSource({ resolve: () => Promise.reject(codeError('EAI_AGAIN')) })
    await expect(fetchText(source, 'http://mirror.example/')).rejects.toThrow(
      new UnavailableError('Cannot fetch from "mirror.example": it cannot be looked up just now'),
    )
  })

  test('says the same of a closed port, a silent one and one that speaks no HTTP', async () => {
    const closed = await serve(() => undefined)
    await closed[Symbol.asyncDispose]()
    await using silent = await serveBytes('', false)
    await using ssh = await serveBytes('SSH-2.0-OpenSSH_9.2\r\n')
    const source = localSource({ timeLimits: { answerMs: 100 } })
    for (const { port } of [closed, silent, ssh]) {
      await expect(fetchText(source, `http://127.0.0.1:${port}/`)).rejects.toThrow(
        new UnavailableError('Cannot fetch from "127.0.0.1": it gave no proper answer'),
      )
    }
  })

  test('goes on to the next address when the first does not take the connection', async () => {
    await using server = await serve((_, response) => response.end('second'))
    const source = localSource({ resolve: async () => ['127.0.0.66', '127.0.0.1'] })
    expect(await fetchText(source, `http://mirror.example:${server.port}/`)).toBe('second')
  })

  test.skipIf(!hasIpv6)('reaches an IPv6 address, and brackets it as host', async () => {
    await using server = await serve((request, response) => {
      response.end(request.headers.host)
    }, '::1')
    const source = localSource()
    expect(await fetchText(source, `http://[::1]:${server.port}/`)).toBe(`[::1]:${server.port}`)
    expect(await fetchText(source, `http://[0:0::1]:${server.port}/`)).toBe(`[::1]:${server.port}`)
  })

  test('sends no cookies and no credentials, and asks for the data as it is', async () => {
    await using server = await serve((request, response) =>
      response.setHeader('Set-Cookie', 'a=b').end(JSON.stringify(request.headers)),
    )
    const source = localSource()
    await fetchText(source, `http://127.0.0.1:${server.port}/`)
    expect(JSON.parse(await fetchText(source, `http://127.0.0.1:${server.port}/`))).toEqual({
      host: `127.0.0.1:${server.port}`,
      accept: '*/*',
      'accept-encoding': 'identity',
      connection: 'close',
      'user-agent': 'Vitrine',
    })
  })

  test('uses no proxy that the environment names', async () => {
    await using proxy = await serve((_, response) => response.end('proxy'))
    await using server = await serve((_, response) => response.end('server'))
    const script = `
      import { fetchText, localSource } from '${import.meta.dirname}/local-server.ts'
      console.log(await fetchText(localSource(), 'http://127.0.0.1:${server.port}/'))`
    const url = `http://127.0.0.1:${proxy.port}`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url, http_proxy: url, ALL_PROXY: url } },
    )
    expect(stdout).toBe('server\n')
    expect(proxy.connections()).toBe(0)
  })
})

describe('checkHost()', () => {
  const check = (resolve: () => Promise<string[]>) =>
    localSource({ resolve }).checkHost('http://some.example/')

  test('passes a host whose addresses are allowed, and connects to none', async () => {
    await check(async () => ['127.0.0.1', '8.8.8.8'])
  })

  test('refuses a host without an address, with a forbidden one, and all that check() does', async () => {
    const filtered = 'Cannot fetch from "some.example": it has no address that passes filtering'
    for (const found of [[], ['10.0.0.1'], ['127.0.0.1', '169.254.169.254']]) {
      await expect(check(async () => found)).rejects.toThrow(new InvalidError(filtered))
    }
    const nothing = Promise.reject(codeError('ENOTFOUND'))
    await expect(check(() => nothing)).rejects.toThrow(new InvalidError(filtered))
    await expect(localSource({}).checkHost('file:///etc/passwd')).rejects.toThrow(InvalidError)
  })

  test('passes what cannot be looked up now, or not in time, or not beside two others', async () => {
    await check(() => Promise.reject(codeError('EAI_AGAIN')))
    const { promise: never, resolve: answer } = Promise.withResolvers<string[]>()
    const source = localSource({ resolve: () => never })
    const slow = [1, 2].map((i) => source.checkHost(`http://slow${i}.example/`))
    await source.checkHost('http://third.example/')
    await Promise.all(slow)
    answer(['10.0.0.1'])
    await never
    await new Promise(setImmediate)
    await expect(source.checkHost('http://later.example/')).rejects.toThrow(InvalidError)
  })
})
