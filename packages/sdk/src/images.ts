/** All images that the caller may see: finding them, and making new ones. */
import { AmbiguousNameError } from './errors.ts'
import { Image, imagePath } from './image.ts'
import type { NewImage, WithProperties } from './image-changes.ts'
import { parseImage } from './image-fields.ts'
import { type ImageQuery, imageQuery } from './image-query.ts'
import { createBody } from './image-requests.ts'
import { listAll } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'

export type ImageListOptions = ImageQuery &
  CallOptions & {
    /** Ends the list after so many images. */
    readonly maxItems?: number | undefined
  }

export class Images {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * The images that pass all filters, newest first.
   *
   * Lazy: pages are fetched as they are needed. Iterating the list again asks again.
   */
  list(options: ImageListOptions = {}): AsyncIterable<Image> {
    const { signal, maxItems, ...filters } = options
    const query = imageQuery({ ...filters, pageSize: filters.pageSize ?? maxItems })
    const parse = (item: unknown) => this.#image(item)
    const path = 'v2/images'
    return listAll(this.#transport, { path, query, key: 'images', parse, maxItems, signal })
  }

  /** @throws {NotFoundError} when there is no such image, or none that the caller may see. */
  async get(id: string, { signal }: CallOptions = {}): Promise<Image> {
    const path = imagePath(id)
    return this.#image(await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal }))
  }

  /**
   * The image with this name, among those that `list()` shows.
   *
   * @returns undefined when there is none.
   * @throws {AmbiguousNameError} when there are several.
   */
  async find(
    name: string,
    options: Omit<ImageListOptions, 'name'> = {},
  ): Promise<Image | undefined> {
    const found: Image[] = []
    for await (const image of this.list({ ...options, name, maxItems: 2 })) found.push(image)
    const [image, other] = found
    if (image !== undefined && other !== undefined) {
      throw new AmbiguousNameError(
        `Cannot find one image named "${name}": ${image.id} and ${other.id} both are`,
      )
    }
    return image
  }

  /**
   * Makes an image without data, `queued` until `image.upload(…)`. The data's `diskFormat` and
   * `containerFormat` can be given until then.
   *
   * @throws {ConflictError} when `id` is, or once was, another image's.
   */
  async create<const T extends object>(
    image: WithProperties<T, NewImage>,
    { signal }: CallOptions = {},
  ): Promise<Image> {
    const json = createBody(image)
    return this.#image(
      await this.#transport.json({
        method: 'POST',
        path: 'v2/images',
        json,
        repeat: 'after-401',
        signal,
      }),
    )
  }

  #image(body: unknown): Image {
    return new Image(this.#transport, parseImage(body))
  }
}
