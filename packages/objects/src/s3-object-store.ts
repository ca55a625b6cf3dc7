/**
 * Objects in a bucket of anything that speaks S3: AWS, Ceph, MinIO, Garage, Swift.
 *
 *   <bucket>/<prefix>3fa1c0de-…     a whole object; S3 shows nothing of one that is being uploaded
 *
 * Short objects are put at once, longer ones in parts, of which two are in memory. Nothing here
 * relies on what only some speakers have: no checksums of the SDK's, no conditions on writes.
 *
 * The store may stop answering at any moment, so everything that is asked of it has its time.
 */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import {
  type ByteRange,
  GoneError,
  ObjectNotFoundError,
  type ObjectStore,
  quote,
  type StoredObject,
  UnavailableError,
} from '@vitrine/core'
import { checkObjectKey } from './object-key.ts'
import { inParts, type Part } from './s3-parts.ts'
import { isNotThere, isSilence, onS3 } from './s3-trouble.ts'

export type S3Place = {
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly bucket: string
  /** Stands before every key, such as `images/`. */
  readonly prefix: string
  /** The bucket stands in the path of an address, not in its host. */
  readonly pathStyle: boolean
  /** Undefined to look where AWS's own tools look: profiles, and roles of the machine. */
  readonly credentials:
    | {
        readonly accessKeyId: string
        readonly secretAccessKey: string
        readonly sessionToken?: string | undefined
      }
    | undefined
  /** How long the store may take to answer, and how long it may be silent while it sends. */
  readonly timeoutMs: number
}

const storing = 'store image data'
const reading = 'read image data'
const deleting = 'delete image data'
const listing = 'list image data'
const checking = 'reach the S3 store'

/** An upload of many parts is put together by copying them, on some speakers. */
const completionTakes = 10

type Target = { readonly Bucket: string; readonly Key: string }
type Upload = Target & { readonly UploadId: string }
type Completed = { readonly ETag: string | undefined; readonly PartNumber: number }

export class S3ObjectStore implements ObjectStore {
  readonly settlesLate = true
  readonly #client: S3Client
  readonly #place: S3Place

  constructor(place: S3Place) {
    const { endpoint, region, pathStyle, credentials } = place
    this.#place = place
    this.#client = new S3Client({
      region,
      forcePathStyle: pathStyle,
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials !== undefined && {
        credentials: {
          accessKeyId: credentials.accessKeyId,
          secretAccessKey: credentials.secretAccessKey,
          ...(credentials.sessionToken && { sessionToken: credentials.sessionToken }),
        },
      }),
      // By default parts are sent with trailing checksums, which Ceph and Swift refuse.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 5_000, httpAgent: agent, httpsAgent: agent },
    })
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const target = this.#target(key)
    const sending = new Sending(this.#client, target, this.#place.timeoutMs)
    try {
      for await (const part of inParts(bytes)) await sending.send(part)
    } catch (error) {
      await sending.giveUp(error)
      throw error
    }
  }

  async get(key: string, part?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const target = this.#target(key)
    // Asked before the data is: what was opened here and then never read would stay open.
    await onS3(reading, this.#place.timeoutMs, (abortSignal) =>
      this.#client.send(new HeadObjectCommand(target), { abortSignal }),
    ).catch((error: unknown) => {
      throw isNotThere(error) ? new ObjectNotFoundError(key) : error
    })
    return this.#read(target, part)
  }

  async delete(key: string): Promise<void> {
    const target = this.#target(key)
    const { timeoutMs } = this.#place
    await Promise.all([
      onS3(deleting, timeoutMs, (abortSignal) =>
        this.#client.send(new DeleteObjectCommand(target), { abortSignal }),
      ).catch(quietIfNotThere),
      this.#abortUploads(target),
    ])
  }

  /**
   * An address at which anyone gets the object, or hears of it, for so long and by that method alone:
   * a signature counts for one.
   */
  async addressOf(key: string, method: 'GET' | 'HEAD', seconds: number): Promise<string> {
    // Clients of the Images API look at the type before they read on.
    const asked = { ...this.#target(key), ResponseContentType: 'application/octet-stream' }
    const options = { expiresIn: seconds }
    return method === 'GET'
      ? getSignedUrl(this.#client, new GetObjectCommand(asked), options)
      : getSignedUrl(this.#client, new HeadObjectCommand(asked), options)
  }

  async check(): Promise<void> {
    const { bucket: Bucket, timeoutMs } = this.#place
    await onS3(checking, timeoutMs, (abortSignal) =>
      this.#client.send(new HeadBucketCommand({ Bucket }), { abortSignal }),
    ).catch((error: unknown) => {
      if (!isNotThere(error)) throw error
      throw new UnavailableError(`Cannot ${checking}: it has no bucket ${quote(Bucket)}`)
    })
  }

  async *list(): AsyncGenerator<StoredObject> {
    const { bucket: Bucket, prefix: Prefix } = this.#place
    const nameOf = (key = '') => key.slice(Prefix.length)
    let more: { ContinuationToken?: string } | undefined = {}
    while (more !== undefined) {
      const command = new ListObjectsV2Command({ Bucket, Prefix, ...more })
      const page: ListObjectsV2CommandOutput = await this.#ask((abortSignal) =>
        this.#client.send(command, { abortSignal }),
      )
      for (const { Key, Size } of page.Contents ?? []) {
        yield { key: nameOf(Key), sizeBytes: Size, isWhole: true }
      }
      const next = page.NextContinuationToken
      more = next === undefined ? undefined : { ContinuationToken: next }
    }
    let after: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}
    while (after !== undefined) {
      const command = new ListMultipartUploadsCommand({ Bucket, Prefix, ...after })
      const page: ListMultipartUploadsCommandOutput = await this.#ask((abortSignal) =>
        this.#client.send(command, { abortSignal }),
      )
      for (const { Key } of page.Uploads ?? []) {
        yield { key: nameOf(Key), sizeBytes: undefined, isWhole: false }
      }
      const { IsTruncated, NextKeyMarker = '', NextUploadIdMarker = '' } = page
      const next = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
      after = IsTruncated ? next : undefined
    }
  }

  #ask<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return onS3(listing, this.#place.timeoutMs, ask)
  }

  #target(key: string): Target {
    checkObjectKey(key)
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + key }
  }

  async #abortUploads({ Bucket, Key }: Target): Promise<void> {
    const { timeoutMs } = this.#place
    const { Uploads = [] } = await onS3(deleting, timeoutMs, (abortSignal) =>
      this.#client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), { abortSignal }),
    )
    for (const { UploadId } of Uploads) {
      await onS3(deleting, timeoutMs, (abortSignal) =>
        this.#client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), {
          abortSignal,
        }),
      ).catch(quietIfNotThere)
    }
  }

  async *#read(target: Target, part: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    const { timeoutMs } = this.#place
    const leaving = new AbortController()
    const range = part && { Range: `bytes=${part.start}-${part.end - 1}` }
    try {
      const { Body } = await onS3(
        reading,
        timeoutMs,
        (abortSignal) =>
          this.#client.send(new GetObjectCommand({ ...target, ...range }), { abortSignal }),
        leaving.signal,
      )
      const chunks = chunksOf(Body)
      for (;;) {
        const next = await onS3(reading, timeoutMs, (signal) => orAborted(chunks.next(), signal))
        if (next.done) return
        yield next.value
      }
    } finally {
      leaving.abort()
    }
  }
}

const agent = { keepAlive: true, maxSockets: 256 }

/** One `put` under way. */
class Sending {
  readonly #client: S3Client
  readonly #target: Target
  readonly #timeoutMs: number
  readonly #leaving = new AbortController()
  readonly #sent: Completed[] = []
  #upload: Upload | undefined
  #underWay: Promise<void> | undefined

  constructor(client: S3Client, target: Target, timeoutMs: number) {
    this.#client = client
    this.#target = target
    this.#timeoutMs = timeoutMs
  }

  /** Resolves when the next part may be gathered; with the last, when the object is there. */
  async send(part: Part): Promise<void> {
    if (part.isLast && part.number === 1) return this.#putWhole(part.bytes)
    this.#upload ??= await this.#begin()
    await this.#underWay
    this.#underWay = this.#sendPart(this.#upload, part)
    this.#underWay.catch(() => undefined) // told to whoever awaits it
    if (!part.isLast) return
    await this.#underWay
    await this.#complete(this.#upload)
  }

  /** Leaves nothing behind, if the store still answers; `delete` finds what it leaves. */
  async giveUp(reason: unknown): Promise<void> {
    this.#leaving.abort()
    await this.#underWay?.catch(() => undefined)
    if (this.#upload === undefined || isSilence(reason)) return
    const abort = new AbortMultipartUploadCommand(this.#upload)
    await this.#ask((abortSignal) => this.#client.send(abort, { abortSignal })).catch(
      () => undefined,
    )
  }

  #ask<T>(ask: (signal: AbortSignal) => Promise<T>, patience = 1): Promise<T> {
    return onS3(storing, this.#timeoutMs * patience, ask)
  }

  async #putWhole(bytes: Buffer): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#target,
      Body: bytes,
      ContentLength: bytes.byteLength,
    })
    await this.#ask((abortSignal) => this.#client.send(command, { abortSignal }))
  }

  async #begin(): Promise<Upload> {
    const command = new CreateMultipartUploadCommand(this.#target)
    const { UploadId } = await this.#ask((abortSignal) =>
      this.#client.send(command, { abortSignal }),
    )
    if (UploadId !== undefined) return { ...this.#target, UploadId }
    throw new UnavailableError(`Cannot ${storing}: the S3 store gave the upload no id`)
  }

  async #sendPart(upload: Upload, { number, bytes }: Part): Promise<void> {
    const command = new UploadPartCommand({
      ...upload,
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.byteLength,
    })
    const { ETag } = await onS3(
      storing,
      this.#timeoutMs,
      (abortSignal) => this.#client.send(command, { abortSignal }),
      this.#leaving.signal,
    ).catch(deletedMeanwhile)
    this.#sent.push({ ETag, PartNumber: number })
  }

  async #complete(upload: Upload): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts: this.#sent },
    })
    await this.#ask(
      (abortSignal) => this.#client.send(command, { abortSignal }),
      completionTakes,
    ).catch(deletedMeanwhile)
  }
}

function deletedMeanwhile(error: unknown): never {
  if (!isNotThere(error)) throw error
  throw new GoneError(`Cannot ${storing}: the object was deleted while being written`)
}

function quietIfNotThere(error: unknown): void {
  if (!isNotThere(error)) throw error
}

async function* chunksOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (!isChunks(body)) throw new Error('The answer has no body')
  yield* body
}

function isChunks(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** Rejects when the signal is aborted first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  return Promise.race([promise, aborted.promise]).finally(() =>
    signal.removeEventListener('abort', abort),
  )
}
