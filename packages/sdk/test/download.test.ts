import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type DownloadProgress,
  HashMismatchError,
  NoDataError,
  RangeNotSatisfiableError,
  TruncatedDownloadError,
  UnexpectedResponseError,
} from '../src/index.ts'
import { type Answer, type Handler, serve } from './http-server.ts'
import { imageBody, imageId } from './image-body.ts'

const data = 'the bytes of an image'

function digest(algorithm: string, text = data): string {
  return createHash(algorithm).update(text).digest('hex')
}

const active = imageBody({
  status: 'active',
  size: data.length,
  checksum: digest('md5'),
  os_hash_algo: 'sha512',
  os_hash_value: digest('sha512'),
})

/** An image, and what its data answers. */
function image(body: object, file: Handler | Answer): Handler {
  return (request, connection) => {
    if (!request.line.endsWith('/file')) return { json: body }
    return typeof file === 'function' ? file(request, connection) : file
  }
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true })
  return text
}

describe('download()', () => {
  test('yields the data and reports its progress', async () => {
    await using server = await serve(image(active, { body: data }))
    const image_ = await server.client().images.get(imageId)
    const progress: DownloadProgress[] = []
    expect(await read(image_.download({ onProgress: (now) => progress.push(now) }))).toBe(data)
    expect(progress.at(-1)).toEqual({ receivedBytes: data.length, totalBytes: data.length })
  })

  test('asks for nothing before it is read', async () => {
    await using server = await serve(image(active, { body: data }))
    const image_ = await server.client().images.get(imageId)
    image_.download()
    expect(server.seen).toHaveLength(1)
  })

  test('rejects at the end when other bytes came than the image has', async () => {
    await using server = await serve(image(active, { body: data.toUpperCase() }))
    const image_ = await server.client().images.get(imageId)
    const call = read(image_.download())
    await expect(call).rejects.toThrow(HashMismatchError)
    await expect(call).rejects.toMatchObject({
      algorithm: 'sha512',
      expected: digest('sha512'),
      actual: digest('sha512', data.toUpperCase()),
    })
  })

  test('falls back on the md5 when the algorithm of the hash is unknown', async () => {
    const odd = { ...active, os_hash_algo: 'crc-of-the-week' }
    await using server = await serve(image(odd, { body: data.toUpperCase() }))
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download())).rejects.toMatchObject({ algorithm: 'md5' })
  })

  test('reads the image again when it was last seen without data', async () => {
    let shows = 0
    const handler = image(active, { body: data.toUpperCase() })
    await using server = await serve((request, connection) =>
      !request.line.endsWith('/file') && shows++ === 0
        ? { json: imageBody() }
        : handler(request, connection),
    )
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download())).rejects.toThrow(HashMismatchError)
    expect(image_.status).toBe('active')
  })

  test('rejects with the number of bytes received when the server cuts it off', async () => {
    await using server = await serve(
      image(active, (_, { outgoing }) => {
        outgoing.writeHead(200, { 'content-length': data.length })
        outgoing.write(data.slice(0, 5), () => setTimeout(() => outgoing.destroy(), 20))
        return undefined
      }),
    )
    const image_ = await server.client().images.get(imageId)
    const call = read(image_.download())
    await expect(call).rejects.toThrow(TruncatedDownloadError)
    await expect(call).rejects.toMatchObject({ receivedBytes: 5, expectedBytes: data.length })
  })

  test('rejects when the data ends in good order but too soon', async () => {
    await using server = await serve(image(active, { body: data.slice(0, 5) }))
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download())).rejects.toMatchObject({
      name: 'TruncatedDownloadError',
      receivedBytes: 5,
      expectedBytes: data.length,
    })
  })

  test('rejects when there is no data yet', async () => {
    await using server = await serve(image(imageBody(), { status: 204 }))
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download())).rejects.toThrow(NoDataError)
  })

  test('waits out an outage before the first byte', async () => {
    let outages = 2
    await using server = await serve(
      image(active, () => (outages-- > 0 ? { status: 503 } : { body: data })),
    )
    const image_ = await server.client().images.get(imageId)
    expect(await read(image_.download())).toBe(data)
  })

  test('stops at once when it is aborted, with the reason given', async () => {
    await using server = await serve(
      image(active, (_, { outgoing }) => {
        outgoing.writeHead(200).write('begun')
        return undefined
      }),
    )
    const image_ = await server.client().images.get(imageId)
    const controller = new AbortController()
    const leaving = new Error('the user left')
    const call = (async () => {
      for await (const _ of image_.download({ signal: controller.signal }))
        controller.abort(leaving)
    })()
    await expect(call).rejects.toBe(leaving)
  })

  test('closes the connection when the caller leaves the loop', async () => {
    let closed: () => void
    const closing = new Promise<void>((resolve) => {
      closed = resolve
    })
    await using server = await serve(
      image(active, (_, { outgoing }) => {
        outgoing.on('close', () => closed())
        outgoing.writeHead(200).write('begun')
        return undefined
      }),
    )
    const image_ = await server.client().images.get(imageId)
    for await (const _ of image_.download()) break
    await closing
  })
})

describe('download() of a part', () => {
  test('asks for it with an inclusive end, and does not compare hashes', async () => {
    await using server = await serve(
      image(active, { status: 206, body: 'byt', headers: { 'content-length': '3' } }),
    )
    const image_ = await server.client().images.get(imageId)
    expect(await read(image_.download({ start: 4, end: 7 }))).toBe('byt')
    expect(server.seen.at(-1)?.headers.range).toBe('bytes=4-6')
  })

  test('from a byte to the end rejects when it ends too soon', async () => {
    await using server = await serve(image(active, { status: 206, body: 'im' }))
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download({ start: 16 }))).rejects.toMatchObject({
      name: 'TruncatedDownloadError',
      receivedBytes: 2,
      expectedBytes: 5,
    })
    expect(server.seen.at(-1)?.headers.range).toBe('bytes=16-')
  })

  test('rejects when it begins after the end of the data', async () => {
    await using server = await serve(image(active, { status: 416, body: 'no such part' }))
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download({ start: 99 }))).rejects.toThrow(RangeNotSatisfiableError)
  })

  test('rejects when the service sends the whole instead', async () => {
    await using server = await serve(image(active, { body: data }))
    const image_ = await server.client().images.get(imageId)
    await expect(read(image_.download({ start: 1 }))).rejects.toThrow(UnexpectedResponseError)
  })

  test.each([{ start: -1 }, { start: 0.5 }, { start: 5, end: 5 }, { end: 0 }])(
    'that is no part of anything throws at once: %o',
    async (part) => {
      await using server = await serve(image(active, {}))
      const image_ = await server.client().images.get(imageId)
      expect(() => image_.download(part)).toThrow(RangeError)
    },
  )
})
