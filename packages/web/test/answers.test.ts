/** What is taken for the data, and how its end is known. */
import { InvalidError, TooLargeError, UnavailableError, WrongContentError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { fetchText, forever, localSource, readText, serve, serveBytes } from './local-server.ts'

const here = 'Cannot fetch from "127.0.0.1"'

describe('open() gives', () => {
  test('the announced size, and the bytes', async () => {
    await using server = await serve((_, response) => response.end('0123456789'))
    const content = await localSource().open(`http://127.0.0.1:${server.port}/`, {
      signal: forever,
    })
    expect(content.sizeBytes).toBe(10)
    expect(await readText(content.bytes)).toBe('0123456789')
    await server.allClosed()
  })

  test('no size for an answer in chunks, and the bytes', async () => {
    await using server = await serve((_, response) => {
      response.write('01234')
      response.end('56789')
    })
    const content = await localSource().open(`http://127.0.0.1:${server.port}/`, {
      signal: forever,
    })
    expect(content.sizeBytes).toBeUndefined()
    expect(await readText(content.bytes)).toBe('0123456789')
  })

  test('an answer without bytes', async () => {
    await using server = await serve((_, response) => response.end())
    expect(await fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).toBe('')
  })
})

describe('open() refuses', () => {
  test.each([
    [201, InvalidError],
    [204, InvalidError],
    [206, InvalidError],
    [300, InvalidError],
    [304, InvalidError],
    [401, InvalidError],
    [404, InvalidError],
    [429, UnavailableError],
    [500, UnavailableError],
    [503, UnavailableError],
  ])('status %i, by host and status alone', async (status, Refusal) => {
    await using server = await serve((_, response) => response.writeHead(status).end('secret'))
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new Refusal(`${here}: it answered with status ${status}, and should answer with 200`),
    )
    await server.allClosed()
  })

  test.each(['gzip', 'br', 'GZIP', 'identity, gzip'])(
    'an answer encoded as %s',
    async (encoding) => {
      await using server = await serve((_, response) =>
        response.writeHead(200, { 'Content-Encoding': encoding }).end('bytes'),
      )
      await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
        new WrongContentError(`${here}: the answer is encoded, and should be the data as it is`),
      )
    },
  )

  test('an answer compressed for the transfer', async () => {
    await using server = await serveBytes(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    )
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      WrongContentError,
    )
  })

  test('an answer that ends when the connection does', async () => {
    await using server = await serveBytes('HTTP/1.1 200 OK\r\n\r\nhalf of the da')
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new WrongContentError(
        `${here}: the answer has neither a Content-Length nor chunks, so nobody could tell whether all of it came`,
      ),
    )
  })

  test('more than the limit before it reads a byte', async () => {
    await using server = await serveBytes('HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n', false)
    const uri = `http://127.0.0.1:${server.port}/`
    await expect(localSource().open(uri, { signal: forever, largestBytes: 100 })).rejects.toThrow(
      new TooLargeError(`${here}: the data has 101 bytes, and the limit is 100 bytes`),
    )
    await server.allClosed()
    const content = await localSource().open(uri, { signal: forever, largestBytes: 101 })
    expect(content.sizeBytes).toBe(101)
  })

  test.each([
    ['headers of 32 KiB', `HTTP/1.1 200 OK\r\nX-Large: ${'a'.repeat(32_768)}\r\n\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    ['HTTP/0.9', 'data'],
    ['nothing at all', ''],
    ['hints without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000)],
  ])('%s', async (_kind, bytes) => {
    await using server = await serveBytes(bytes)
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new UnavailableError(`${here}: it gave no proper answer`),
    )
    await server.allClosed()
  })
})

describe('the bytes end with an error', () => {
  test.each([
    ['shorter than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'],
    ['without the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    [
      'in a broken chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n',
    ],
  ])('when they are %s', async (_kind, bytes) => {
    await using server = await serveBytes(bytes)
    await expect(fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new UnavailableError(
        'Cannot fetch all data from "127.0.0.1": the connection broke, after 3 bytes',
      ),
    )
  })

  test('when the connection broke before anybody began to read', async () => {
    await using server = await serveBytes('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc')
    const { bytes } = await localSource().open(`http://127.0.0.1:${server.port}/`, {
      signal: forever,
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await expect(readText(bytes)).rejects.toThrow(UnavailableError)
  })
})

test('bytes beyond the announced length are nobody’s', async () => {
  await using server = await serveBytes('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef')
  expect(await fetchText(localSource(), `http://127.0.0.1:${server.port}/`)).toBe('abc')
})
