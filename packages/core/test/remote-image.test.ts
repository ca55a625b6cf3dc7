import { describe, expect, test } from 'vitest'
import { InvalidError, TooLargeError, WrongContentError } from '../src/errors.ts'
import type { WebRequest, WebSource } from '../src/ports/web-source.ts'
import { openRemoteImage, showRemoteImage } from '../src/remote-image.ts'

const { signal } = new AbortController()
const remote = {
  endpoint: 'https://images.example/image/v2/',
  imageId: 'aaaaaaaa-0000-4000-8000-000000000001',
  token: 'a token',
}
const image = {
  status: 'active',
  size: 5,
  disk_format: 'qcow2',
  container_format: 'bare',
  checksum: 'abc',
  os_hash_algo: 'sha512',
  os_hash_value: 'def',
  os_type: 'linux',
  os_distro: 'debian',
  hw_disk_bus: 'scsi',
  'trait:CUSTOM_A': 'required',
  os_hidden: false,
  owner: 'someone',
  secret_note: 'stays there',
}

/** Answers every request with the text, and keeps what it was asked. */
function answering(text: string, sizeBytes?: number) {
  const asked: { readonly uri: string; readonly request: WebRequest }[] = []
  const source: WebSource = {
    check: () => undefined,
    checkHost: async () => undefined,
    async open(uri, request) {
      asked.push({ uri, request })
      return { sizeBytes, bytes: pieces(text) }
    },
  }
  return { source, asked }
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  for (const letter of text) yield Buffer.from(letter)
}

describe('showRemoteImage()', () => {
  test('gives what a copy takes over, and nothing else', async () => {
    const { source } = answering(JSON.stringify(image))
    expect(await showRemoteImage(source, remote, signal)).toEqual({
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      sizeBytes: 5,
      checksum: 'abc',
      multihash: { algorithm: 'sha512', value: 'def' },
      properties: new Map([
        ['os_type', 'linux'],
        ['os_distro', 'debian'],
        ['hw_disk_bus', 'scsi'],
        ['trait:CUSTOM_A', 'required'],
      ]),
    })
  })

  test.each(['https://images.example', 'https://images.example/', 'https://images.example/v2'])(
    'asks with the token of the caller at %s',
    async (endpoint) => {
      const { source, asked } = answering(JSON.stringify(image))
      await showRemoteImage(source, { ...remote, endpoint }, signal)
      expect(asked[0]?.uri).toBe(`https://images.example/v2/images/${remote.imageId}`)
      expect(asked[0]?.request.headers).toMatchObject({ 'X-Auth-Token': 'a token' })
    },
  )

  test.each(['queued', 'deactivated', undefined])('refuses an image that is %j', async (status) => {
    const { source } = answering(JSON.stringify({ ...image, status }))
    await expect(showRemoteImage(source, remote, signal)).rejects.toThrow(InvalidError)
  })

  test.each(['', 'no JSON', 'null', '[]', '"active"', '{"status":"active","size":"5"}'])(
    'refuses an answer that is no image: %j',
    async (text) => {
      const { source } = answering(text)
      const outcome = showRemoteImage(source, remote, signal)
      await expect(outcome).rejects.toThrow(WrongContentError)
    },
  )

  test('stops reading an answer that does not end', async () => {
    const megabyte = 'a'.repeat(1_048_577)
    const source: WebSource = {
      check: () => undefined,
      checkHost: async () => undefined,
      open: async () => ({
        sizeBytes: undefined,
        bytes: (async function* () {
          for (;;) yield Buffer.from(megabyte)
        })(),
      }),
    }
    await expect(showRemoteImage(source, remote, signal)).rejects.toThrow(TooLargeError)
  })
})

describe('openRemoteImage()', () => {
  const shown = {
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    sizeBytes: 5,
    checksum: null,
    multihash: null,
    properties: new Map(),
  }

  test.each([5, undefined])('opens the data when its announced size is %j', async (sizeBytes) => {
    const { source, asked } = answering('bytes', sizeBytes)
    const content = await openRemoteImage(source, remote, shown, signal)
    expect(content.sizeBytes).toBe(5)
    expect(asked[0]?.uri).toBe(`https://images.example/image/v2/images/${remote.imageId}/file`)
  })

  test('refuses data of another size, and closes its connection', async () => {
    const { source, asked } = answering('bytes!', 6)
    await expect(openRemoteImage(source, remote, shown, signal)).rejects.toThrow(
      new InvalidError(
        `Cannot copy image ${remote.imageId}: its data has 6 bytes there, and should have 5`,
      ),
    )
    expect(asked[0]?.request.signal.aborted).toBe(true)
  })
})
