/** A fetch that is slow, or no longer wanted, ends, and leaves no connection behind. */
import { UnavailableError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { fetchText, forever, localSource, readText, serve, serveBytes } from './local-server.ts'

const noAnswer = new UnavailableError('Cannot fetch from "127.0.0.1": it gave no proper answer')

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Sends the headers and three bytes of a hundred. */
function stalling() {
  return serveBytes('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', false)
}

describe('a time limit ends', () => {
  test('a look-up that takes too long', async () => {
    const resolve = () => new Promise<string[]>(() => undefined)
    const source = localSource({ resolve, timeLimits: { connectMs: 50 } })
    await expect(fetchText(source, 'http://slow.example/')).rejects.toThrow(
      new UnavailableError('Cannot fetch from "slow.example": it gave no proper answer'),
    )
  })

  test('waiting for an answer, also one that comes letter by letter', async () => {
    await using server = await serve((request) => {
      const timer = setInterval(() => request.socket.write('H'), 20)
      request.socket.on('close', () => clearInterval(timer))
    })
    const source = localSource({ timeLimits: { answerMs: 200 } })
    await expect(fetchText(source, `http://127.0.0.1:${server.port}/`)).rejects.toThrow(noAnswer)
    await server.allClosed()
  })

  test('data that stalls', async () => {
    await using server = await stalling()
    const source = localSource({ timeLimits: { idleMs: 100 } })
    await expect(fetchText(source, `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      new UnavailableError(
        'Cannot fetch all data from "127.0.0.1": nothing came for 0.1 seconds, after 3 bytes',
      ),
    )
    await server.allClosed()
  })

  test('data that drips', async () => {
    await using server = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    })
    const source = localSource({ timeLimits: { idleMs: 1000, totalMs: 300 } })
    await expect(fetchText(source, `http://127.0.0.1:${server.port}/`)).rejects.toThrow(
      /^Cannot fetch all data from "127\.0\.0\.1": it took longer than allowed, after \d+ bytes$/,
    )
    await server.allClosed()
  })

  test('content that nobody reads', async () => {
    await using server = await stalling()
    const source = localSource({ timeLimits: { totalMs: 100 } })
    await source.open(`http://127.0.0.1:${server.port}/`, { signal: forever })
    await server.allClosed()
  })

  test('but not a reader who takes longer than the source may', async () => {
    await using server = await serve((_, response) => response.end(Buffer.alloc(300_000, 'x')))
    const source = localSource({ timeLimits: { idleMs: 50 } })
    const { bytes } = await source.open(`http://127.0.0.1:${server.port}/`, { signal: forever })
    let receivedBytes = 0
    for await (const chunk of bytes) {
      receivedBytes += chunk.length
      await sleep(70)
    }
    expect(receivedBytes).toBe(300_000)
  })
})

describe('aborting the signal', () => {
  const reason = new Error('no longer wanted')

  test('before the start connects to nobody', async () => {
    await using server = await stalling()
    const signal = AbortSignal.abort(reason)
    await expect(localSource().open(`http://127.0.0.1:${server.port}/`, { signal })).rejects.toBe(
      reason,
    )
    expect(server.connections()).toBe(0)
  })

  test('while waiting for an answer closes the connection', async () => {
    await using server = await serveBytes('', false)
    const caller = new AbortController()
    setTimeout(() => caller.abort(reason), 50)
    await expect(
      localSource().open(`http://127.0.0.1:${server.port}/`, { signal: caller.signal }),
    ).rejects.toBe(reason)
    await server.allClosed()
  })

  test('while reading ends the bytes with its reason and closes the connection', async () => {
    await using server = await stalling()
    const caller = new AbortController()
    const { bytes } = await localSource().open(`http://127.0.0.1:${server.port}/`, {
      signal: caller.signal,
    })
    setTimeout(() => caller.abort(reason), 50)
    await expect(readText(bytes)).rejects.toBe(reason)
    await server.allClosed()
  })

  test('before reading does the same', async () => {
    await using server = await stalling()
    const caller = new AbortController()
    const { bytes } = await localSource().open(`http://127.0.0.1:${server.port}/`, {
      signal: caller.signal,
    })
    caller.abort(reason)
    await server.allClosed()
    await expect(readText(bytes)).rejects.toBe(reason)
  })
})

test('leaving the iteration early closes the connection', async () => {
  await using server = await stalling()
  const { bytes } = await localSource().open(`http://127.0.0.1:${server.port}/`, {
    signal: forever,
  })
  for await (const _ of bytes) break
  await server.allClosed()
})

test('a reader that waits makes the server wait', async () => {
  let sentBytes = 0
  await using server = await serve((_, response) => {
    const chunk = Buffer.alloc(65_536)
    const send = () => {
      while (!response.destroyed && response.write(chunk)) sentBytes += chunk.length
    }
    response.on('drain', send)
    send()
  })
  const caller = new AbortController()
  const { bytes } = await localSource().open(`http://127.0.0.1:${server.port}/`, {
    signal: caller.signal,
  })
  await bytes[Symbol.asyncIterator]().next()
  await sleep(300)
  const before = sentBytes
  await sleep(300)
  expect(sentBytes).toBe(before)
  caller.abort()
})
