import { Readable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import {
  type Auth,
  ConflictError,
  ServiceUnavailableError,
  UnauthorizedError,
  type UploadProgress,
  type UploadSource,
} from '../src/index.ts'
import { type Answer, type Handler, serve } from './http-server.ts'
import { imageBody, imageId } from './image-body.ts'

const bytes = new TextEncoder().encode('image data')

/** A queued image whose data may be uploaded, with the given answer. */
function taking(file: Handler | Answer = { status: 204 }): Handler {
  let uploaded = false
  return (request, connection) => {
    if (request.line.startsWith('GET')) {
      return { json: imageBody(uploaded ? { status: 'active', size: bytes.length } : {}) }
    }
    uploaded = true
    return typeof file === 'function' ? file(request, connection) : file
  }
}

async function* pieces(...texts: string[]) {
  for (const text of texts) yield new TextEncoder().encode(text)
}

describe('upload()', () => {
  test.each<[string, () => UploadSource, string | undefined]>([
    ['a string', () => 'image data', '10'],
    ['bytes', () => bytes, '10'],
    ['a Blob', () => new Blob(['image ', 'data']), '10'],
    ['a web stream', () => new Blob(['image data']).stream(), undefined],
    [
      'a Node.js stream',
      () => Readable.from([Buffer.from('image '), Buffer.from('data')]),
      undefined,
    ],
    ['an async iterable', () => pieces('image ', 'data'), undefined],
    ['an iterable', () => [bytes.subarray(0, 6), bytes.subarray(6)], undefined],
    ['nothing', () => '', '0'],
  ])('sends %s, and its size when that is known', async (name, source, size) => {
    await using server = await serve(taking())
    const image = await server.client().images.get(imageId)
    await image.upload(source())
    const put = server.seen.find(({ line }) => line === `PUT /v2/images/${imageId}/file`)
    expect(put?.body).toBe(name === 'nothing' ? '' : 'image data')
    expect(put?.headers['content-type']).toBe('application/octet-stream')
    expect(put?.headers['x-openstack-image-size']).toBe(size)
  })

  test('leaves the image as the service describes it afterwards', async () => {
    await using server = await serve(taking())
    const image = await server.client().images.get(imageId)
    expect(image.status).toBe('queued')
    await image.upload(bytes)
    expect(image).toMatchObject({ status: 'active', size: 10 })
  })

  test('tells the size of a stream that the caller knows, and reports its progress', async () => {
    await using server = await serve(taking())
    const image = await server.client().images.get(imageId)
    const progress: UploadProgress[] = []
    await image.upload(pieces('image ', 'data'), {
      sizeBytes: 10,
      onProgress: (now) => progress.push(now),
    })
    expect(progress).toEqual([
      { sentBytes: 6, totalBytes: 10 },
      { sentBytes: 10, totalBytes: 10 },
    ])
    expect(server.seen[1]?.headers['x-openstack-image-size']).toBe('10')
  })

  test('reads the source no faster than the service takes it', async () => {
    let resume: () => void = () => {}
    const handler = taking((_, { incoming, outgoing }) => {
      resume = () => {
        incoming.resume()
        incoming.on('end', () => outgoing.writeHead(204).end())
      }
      return undefined
    })
    await using server = await serve(handler, { readsBody: false })
    const image = await server.client().images.get(imageId)
    let readMib = 0
    const upload = image.upload(
      (async function* () {
        for (; readMib < 64; readMib++) yield new Uint8Array(1024 * 1024)
      })(),
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(readMib).toBeLessThan(32)
    resume()
    await upload
    expect(readMib).toBe(64)
  })

  test('rejects with what the source threw', async () => {
    await using server = await serve(taking())
    const image = await server.client().images.get(imageId)
    const broken = new Error('the disk is gone')
    const source = (async function* () {
      yield bytes
      throw broken
    })()
    await expect(image.upload(source)).rejects.toBe(broken)
  })

  test('rejects a source of anything but bytes', async () => {
    await using server = await serve(taking())
    const image = await server.client().images.get(imageId)
    const text = Readable.from(['image data'])
    await expect(image.upload(text)).rejects.toThrow('Cannot upload a string')
  })

  test('rejects with the refusal of a service that does not wait for all bytes, and closes the source', async () => {
    const handler = taking({ status: 409, body: 'it has data', headers: { connection: 'close' } })
    await using server = await serve(handler, { readsBody: false })
    const image = await server.client().images.get(imageId)
    let closed = false
    const endless = (async function* () {
      try {
        for (;;) yield new Uint8Array(64 * 1024)
      } finally {
        closed = true
      }
    })()
    await expect(image.upload(endless)).rejects.toThrow(ConflictError)
    await vi.waitFor(() => expect(closed).toBe(true))
  })

  test('is not made again after a failure, whatever the source', async () => {
    await using server = await serve(taking({ status: 503 }))
    const image = await server.client().images.get(imageId)
    await expect(image.upload(bytes)).rejects.toThrow(ServiceUnavailableError)
    await expect(image.upload(pieces('x'))).rejects.toThrow(ServiceUnavailableError)
    expect(server.seen.filter(({ line }) => line.startsWith('PUT'))).toHaveLength(2)
  })

  test('stops when it is aborted, closes the source, and rejects with the reason given', async () => {
    await using server = await serve(taking())
    const image = await server.client().images.get(imageId)
    const controller = new AbortController()
    const leaving = new Error('the user left')
    // Endless, and always ready: nothing but the abort gives way to anything else.
    const source = new Readable({
      read() {
        this.push(new Uint8Array(64 * 1024))
      },
    })
    setTimeout(() => controller.abort(leaving), 20)
    await expect(image.upload(source, { signal: controller.signal })).rejects.toBe(leaving)
    await vi.waitFor(() => expect(source.destroyed).toBe(true))
  })
})

describe('an upload whose token is refused', () => {
  const auth = (): Auth => {
    let logins = 0
    return { authenticate: async () => ({ token: `t${++logins}` }) }
  }
  const refusingTheFirst = taking(({ headers }) =>
    headers['x-auth-token'] === 't1' ? { status: 401 } : { status: 204 },
  )

  test('is made again when its source can be read again', async () => {
    await using server = await serve(refusingTheFirst)
    const image = await server.client({ auth: auth() }).images.get(imageId)
    await image.upload('image data')
    const puts = server.seen.filter(({ line }) => line.startsWith('PUT'))
    expect(puts.map(({ body }) => body)).toEqual(['image data', 'image data'])
  })

  test('rejects when its source can be read only once', async () => {
    await using server = await serve(refusingTheFirst)
    const image = await server.client({ auth: auth() }).images.get(imageId)
    await expect(image.upload(pieces('image data'))).rejects.toThrow(UnauthorizedError)
  })
})
