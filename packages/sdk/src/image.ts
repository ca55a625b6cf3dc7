/**
 * One image as the service last described it, and what can be done with it.
 *
 * Its fields change only through its own methods: `update` and `refresh` read them anew, the others
 * change what they are known to change.
 */
import { type DownloadOptions, download } from './download.ts'
import { segment } from './endpoint.ts'
import type { ImageChanges, WithProperties } from './image-changes.ts'
import { type ImageFields, type ImageStatus, parseImage } from './image-fields.ts'
import { patchMediaType, patchOf } from './image-requests.ts'
import { type Members, membersOf } from './members.ts'
import { type ActivityEntry, type ActivityOptions, listActivity } from './sharing/activity.ts'
import {
  type Reminded,
  remindMember,
  type Share,
  type ShareOptions,
  type ShareTarget,
  shareImage,
} from './sharing/shares.ts'
import { sharingPath } from './sharing/sharing-path.ts'
import type { CallOptions, Transport } from './transport.ts'
import { type UploadOptions, upload } from './upload.ts'
import type { UploadSource } from './upload-source.ts'

export class Image implements ImageFields {
  declare readonly id: string
  declare readonly name: ImageFields['name']
  declare readonly status: ImageFields['status']
  declare readonly visibility: ImageFields['visibility']
  declare readonly owner: ImageFields['owner']
  declare readonly size: ImageFields['size']
  declare readonly virtualSize: ImageFields['virtualSize']
  declare readonly checksum: ImageFields['checksum']
  declare readonly hash: ImageFields['hash']
  declare readonly diskFormat: ImageFields['diskFormat']
  declare readonly containerFormat: ImageFields['containerFormat']
  declare readonly minDisk: ImageFields['minDisk']
  declare readonly minRam: ImageFields['minRam']
  declare readonly protected: ImageFields['protected']
  declare readonly hidden: ImageFields['hidden']
  declare readonly tags: ImageFields['tags']
  declare readonly createdAt: ImageFields['createdAt']
  declare readonly updatedAt: ImageFields['updatedAt']
  declare readonly properties: ImageFields['properties']
  readonly #transport: Transport

  constructor(transport: Transport, fields: ImageFields) {
    this.#transport = transport
    Object.assign(this, fields)
  }

  /** The projects that this image is shared with. */
  get members(): Members {
    return membersOf(this.#transport, this.id)
  }

  /**
   * Shares the image with projects, all of them or none, and tells them of it. Vitrine alone has
   * this; with any Glance, `members.add` shares.
   *
   * @throws {ForbiddenError} when the image's visibility is not `shared`.
   */
  share(
    targets: ShareTarget | readonly ShareTarget[],
    options?: ShareOptions,
  ): Promise<readonly Share[]> {
    return shareImage(this.#transport, this.id, targets, options)
  }

  /**
   * Reminds a project that has not answered.
   *
   * @throws {ConflictError} when it has accepted, or rejected, after which it is left in peace.
   * @throws {RateLimitedError} when it was reminded as often as it may be, or not long ago.
   */
  remind(projectId: string, options?: ShareOptions): Promise<Reminded> {
    return remindMember(this.#transport, this.id, projectId, options)
  }

  /** What was done about its shares, the newest first. A consumer finds what concerns itself. */
  activity(options: Omit<ActivityOptions, 'as'> = {}): AsyncIterable<ActivityEntry> {
    return listActivity(this.#transport, sharingPath('images', this.id, 'activity'), options)
  }

  /** Reads the image again. */
  async refresh({ signal }: CallOptions = {}): Promise<this> {
    const path = imagePath(this.id)
    return this.#became(await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal }))
  }

  /**
   * Changes what is named and leaves the rest alone; all of it or, when it is refused, nothing.
   *
   * Null empties a core field that can be empty, and removes a custom property.
   *
   * @throws {ConflictError} when a property to be removed is not there.
   * @throws {ForbiddenError} when the image is not the caller's, or a field may not be changed now.
   */
  async update<const T extends object>(
    changes: WithProperties<T, ImageChanges>,
    { signal }: CallOptions = {},
  ): Promise<this> {
    const path = imagePath(this.id)
    const headers = { 'content-type': patchMediaType }
    const json = patchOf(changes)
    return this.#became(
      await this.#transport.json({
        method: 'PATCH',
        path,
        headers,
        json,
        repeat: 'after-401',
        signal,
      }),
    )
  }

  /** Adds a tag; quiet when the image has it. A tag that a URL cannot hold is set by `update`. */
  async addTag(tag: string, { signal }: CallOptions = {}): Promise<this> {
    const path = `${imagePath(this.id)}/tags/${segment('tag', tag)}`
    await this.#transport.done({ method: 'PUT', path, repeat: 'safe', signal })
    return Object.assign(this, { tags: [...new Set([...this.tags, tag])] })
  }

  /** @throws {NotFoundError} when the image has no such tag. */
  async deleteTag(tag: string, options?: CallOptions): Promise<this> {
    await this.#transport.delete(`${imagePath(this.id)}/tags/${segment('tag', tag)}`, options)
    return Object.assign(this, { tags: this.tags.filter((other) => other !== tag) })
  }

  /**
   * Gives the image its data, once; it is `active` when this resolves.
   *
   * @throws {ConflictError} when it has data already.
   * @throws {UnsupportedMediaTypeError} when the data is not of the image's disk format.
   * @throws {PayloadTooLargeError} when it is more than the service takes.
   */
  async upload(source: UploadSource, options: UploadOptions = {}): Promise<this> {
    await upload(this.#transport, `${imagePath(this.id)}/file`, source, options)
    // The data is kept. That it could not be described does not make the upload a failure.
    return this.refresh(options).catch(() => this)
  }

  /**
   * The image's data, chunk by chunk. Nothing is asked before the first chunk is read, and reading
   * twice downloads twice.
   *
   * The whole is checked against the image's hash: only when the loop ends without an error are the
   * chunks the image. A part, `{ start, end }` with `end` exclusive, cannot be checked.
   *
   * @throws {RangeError} at once, when `start` and `end` are no part of anything. Everything else is
   * thrown while reading: {NoDataError}, {TruncatedDownloadError}, {HashMismatchError}, and
   * {RangeNotSatisfiableError} for a part that begins after the end.
   */
  download(options: DownloadOptions = {}): AsyncIterable<Uint8Array> {
    const describe = async () => {
      const hasHash = this.hash !== null || this.checksum !== null
      return hasHash ? this : this.refresh(options)
    }
    return download(this.#transport, `${imagePath(this.id)}/file`, describe, options)
  }

  /** Closes the data to everyone but admins, until `reactivate`. */
  async deactivate(options?: CallOptions): Promise<this> {
    return this.#act('deactivate', 'deactivated', options)
  }

  async reactivate(options?: CallOptions): Promise<this> {
    return this.#act('reactivate', 'active', options)
  }

  /**
   * Deletes the image, its data and its shares, for good.
   *
   * @throws {ForbiddenError} when it is protected, or not the caller's.
   */
  async delete(options?: CallOptions): Promise<void> {
    await this.#transport.delete(imagePath(this.id), options)
  }

  async #act(action: string, status: ImageStatus, { signal }: CallOptions = {}): Promise<this> {
    const path = `${imagePath(this.id)}/actions/${action}`
    await this.#transport.done({ method: 'POST', path, repeat: 'safe', signal })
    return Object.assign(this, { status })
  }

  #became(body: unknown): this {
    return Object.assign(this, parseImage(body))
  }
}

export function imagePath(id: string): string {
  return `v2/images/${segment('image', id)}`
}
