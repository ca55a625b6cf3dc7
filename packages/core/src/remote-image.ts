/**
 * An image in another service that speaks the Images API: what `glance-download` copies.
 *
 * The other service is asked through the same `WebSource` as every address that strangers chose, with
 * the caller's own token; so nobody copies what they could not download. Its answer is outside data.
 */
import { InvalidError, quote, TooLargeError, WrongContentError } from './errors.ts'
import type { Multihash } from './image.ts'
import type { WebContent, WebSource } from './ports/web-source.ts'

export type RemoteReference = {
  /** Where the other service's Images API is, with or without `/v2` at its end. */
  readonly endpoint: string
  readonly imageId: string
  /** Of the caller, and good for the other service. */
  readonly token: string
}

export type RemoteImage = {
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly sizeBytes: number
  readonly checksum: string | null
  readonly multihash: Multihash | null
  /** Only those that a copy takes over. */
  readonly properties: ReadonlyMap<string, string>
}

/**
 * @throws {InvalidError} when the image is not active, or cannot be seen there with the token.
 * @throws {WrongContentError} when the answer is not an image.
 * @throws what `WebSource.open` and its bytes throw.
 */
export async function showRemoteImage(
  source: WebSource,
  remote: RemoteReference,
  signal: AbortSignal,
): Promise<RemoteImage> {
  const headers = { 'X-Auth-Token': remote.token, Accept: 'application/json' }
  const { bytes } = await source.open(uriOf(remote), { signal, headers, largestBytes: mostBytes })
  const fields = parseObject(remote, await readText(bytes))
  if (fields.get('status') !== 'active') {
    throw new InvalidError(
      `Cannot copy image ${remote.imageId}: it is ${quote(fields.get('status'))} there, and should be "active"`,
    )
  }
  return readImage(remote, fields)
}

/**
 * @param image as `showRemoteImage` returned it. What is opened has its size; whoever reads the bytes
 *   counts them.
 * @throws {InvalidError} when the data is of another size.
 * @throws what `WebSource.open` throws.
 */
export async function openRemoteImage(
  source: WebSource,
  remote: RemoteReference,
  image: RemoteImage,
  signal: AbortSignal,
): Promise<WebContent> {
  const leaving = new AbortController()
  const { sizeBytes, bytes } = await source.open(`${uriOf(remote)}/file`, {
    signal: AbortSignal.any([signal, leaving.signal]),
    headers: { 'X-Auth-Token': remote.token },
  })
  if (sizeBytes !== undefined && sizeBytes !== image.sizeBytes) {
    leaving.abort()
    throw new InvalidError(
      `Cannot copy image ${remote.imageId}: its data has ${sizeBytes} bytes there, and should have ${image.sizeBytes}`,
    )
  }
  return { sizeBytes: image.sizeBytes, bytes }
}

function uriOf({ endpoint, imageId }: RemoteReference): string {
  const root = endpoint.replace(/\/+$/, '').replace(/\/v2$/, '')
  return `${root}/v2/images/${encodeURIComponent(imageId)}`
}

/** Far more than an image with all of its properties takes. */
const mostBytes = 1_048_576

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let receivedBytes = 0
  for await (const chunk of bytes) {
    receivedBytes += chunk.length
    if (receivedBytes > mostBytes) {
      throw new TooLargeError(
        `Cannot read an image of another service: it is longer than ${mostBytes} bytes`,
      )
    }
    chunks.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(chunks).toString()
}

function parseObject(remote: RemoteReference, text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return new Map(Object.entries(value))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw noImage(remote)
}

/** What a copy takes over besides formats and data, by the beginnings of the names. */
const copiedProperties = ['hw_', 'trait:', 'os_distro', 'os_secure_boot', 'os_type']

function readImage(remote: RemoteReference, fields: ReadonlyMap<string, unknown>): RemoteImage {
  const size = fields.get('size')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw noImage(remote)

  const text = (name: string) => {
    const value = fields.get(name)
    return typeof value === 'string' ? value : null
  }
  const algorithm = text('os_hash_algo')
  const value = text('os_hash_value')
  return {
    diskFormat: text('disk_format'),
    containerFormat: text('container_format'),
    sizeBytes: size,
    checksum: text('checksum'),
    multihash: algorithm === null || value === null ? null : { algorithm, value },
    properties: new Map(
      [...fields].flatMap(([name, value]) =>
        typeof value === 'string' && copiedProperties.some((start) => name.startsWith(start))
          ? [[name, value] as const]
          : [],
      ),
    ),
  }
}

function noImage({ imageId }: RemoteReference): WrongContentError {
  return new WrongContentError(
    `Cannot copy image ${imageId}: what the other service answered is not an image`,
  )
}
