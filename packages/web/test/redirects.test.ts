/** A redirect is as little trusted as a stranger's URI. */
import { InvalidError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { fetchText, forever, localSource, readText, serve } from './local-server.ts'

/** Answers `/` with the redirect and every other path with itself. */
function redirecting(location: string | undefined, status = 302) {
  return serve((request, response) => {
    if (request.url !== '/') return response.end(request.url)
    response.writeHead(status, location === undefined ? {} : { Location: location })
    return response.end('a body nobody reads')
  })
}

describe('open() follows a redirect', () => {
  test.each([301, 302, 303, 307, 308])('of status %i', async (status) => {
    await using server = await redirecting('/there?a=b', status)
    expect(await fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).toBe('/there?a=b')
  })

  test.each(['there', './x/../there', '//127.0.0.1:PORT/there', 'http://127.0.0.1:PORT/there'])(
    'to %s',
    async (location) => {
      await using target = await serve((request, response) => response.end(request.url))
      await using server = await redirecting(location.replace('PORT', `${target.port}`))
      expect(await fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).toBe('/there')
    },
  )

  test('five times, and not a sixth time', async () => {
    await using server = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) return response.end('arrived')
      return response.writeHead(302, { Location: `/${left - 1}` }).end()
    })
    expect(await fetchText(localSource(), `http://127.0.0.1:${server.port}/5`)).toBe('arrived')
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/6`)).rejects.toThrow(
      new InvalidError('Cannot fetch from "127.0.0.1": it redirects more than 5 times'),
    )
  })

  test('and sends headers of the caller to the first origin alone, also after a way back', async () => {
    const seen: unknown[] = []
    await using away = await serve((request, response) => {
      seen.push(request.headers['x-auth-token'])
      response.writeHead(302, { Location: `http://127.0.0.1:${home.port}/back` }).end()
    })
    await using home = await serve((request, response) => {
      seen.push(request.headers['x-auth-token'])
      if (request.url === '/') return response.writeHead(302, { Location: '/same' }).end()
      if (request.url === '/back') return response.end('data')
      return response.writeHead(302, { Location: `http://127.0.0.1:${away.port}/` }).end()
    })
    const { bytes } = await localSource().open(`http://127.0.0.1:${home.port}/`, {
      signal: forever,
      headers: { 'X-Auth-Token': 'secret' },
    })
    expect(await readText(bytes)).toBe('data')
    expect(seen).toEqual(['secret', 'secret', undefined, undefined])
  })
})

describe('open() refuses a redirect', () => {
  test.each([
    ['to the metadata address', 'http://169.254.169.254/latest/'],
    ['to a private address', 'http://10.0.0.1/'],
    ['to an IPv6 form of one', 'http://[::ffff:10.0.0.1]/'],
    ['to loopback as one number', 'http://2130706433/'],
    ['to loopback in octal', '//0177.0.0.1/'],
    ['to a file', 'file:///etc/passwd'],
    ['with a password', 'http://a:b@127.0.0.1/'],
    ['with a backslash', 'http://a.example\\@10.0.0.1/'],
    ['that hides its host behind a backslash', '/\\10.0.0.1/'],
  ])('%s: %s', async (_kind, location) => {
    await using server = await redirecting(location)
    const outcome = fetchText(localSource(), `http://127.0.0.1:${server.port}/`)
    await expect(outcome).rejects.toThrow(InvalidError)
    await expect(outcome).rejects.toThrow('does not pass filtering')
  })

  test('to a port that is not allowed', async () => {
    await using target = await serve((_, response) => response.end('secret'))
    await using server = await redirecting(`http://127.0.0.1:${target.port}/`)
    const source = localSource({ rules: { allowedPorts: [server.port] } })
    await expect(fetchText(source, `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new InvalidError(
        `Cannot fetch from "127.0.0.1": it does not pass filtering: port ${target.port} is not allowed`,
      ),
    )
    expect(target.connections()).toBe(0)
  })

  test.each([undefined, ''])('to nowhere: %j', async (location) => {
    await using server = await redirecting(location)
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new InvalidError('Cannot fetch from "127.0.0.1": it answered with a redirect to nowhere'),
    )
    await server.allClosed()
  })
})
