/**
 * What a target holds for the benchmark: images of a producer, some of them shared with a consumer.
 *
 * All of it is made through the API, so it can be made anywhere, and is as large as was asked for
 * unless that takes longer than it may.
 */
import { randomUUID } from 'node:crypto'
import { sendAll } from '../load/run-load.ts'
import { type Address, addressOf, requestBytes, type Target } from '../target/target.ts'

const membersOfTheShared = 10
const mostPending = 100
const imagesWithManyMembers = 20

export class World {
  readonly target: Target
  readonly address: Address
  /** In the order in which they were made. */
  readonly images: string[] = []
  readonly consumerProject: string | undefined
  #made = 0
  #unshared = 0
  readonly #offered: string[] = []
  #answered = 0

  private constructor(target: Target, consumerProject: string | undefined) {
    this.target = target
    this.address = addressOf(target)
    this.consumerProject = consumerProject
  }

  static async open(target: Target): Promise<World> {
    const { consumerToken } = target
    return new World(target, consumerToken && (await projectOf(target, consumerToken)))
  }

  /** A request that creates one more image, and the image's id, which the client may choose. */
  newImage(): { readonly id: string; readonly request: Buffer } {
    const id = randomUUID()
    const body = {
      id,
      name: nameOf(this.#made++),
      disk_format: 'raw',
      container_format: 'bare',
      visibility: 'shared',
      os_distro: 'debian',
    }
    return { id, request: requestBytes(this.target, 'POST', '/v2/images', { body }) }
  }

  /** Of an image that is there. */
  nameAt(index: number): string {
    return nameOf(index % Math.max(1, this.images.length))
  }

  /**
   * Makes images until there are so many.
   *
   * @returns false when there was no time for all of them.
   */
  async fill(count: number, mostSeconds: number): Promise<boolean> {
    const stopAt = performance.now() + mostSeconds * 1000
    const { images } = this
    const newImages = function* (this: World) {
      while (images.length < count) {
        const { id, request } = this.newImage()
        images.push(id)
        yield request
      }
    }
    await sendAll(this.address, newImages.call(this), stopAt)
    return images.length >= count
  }

  /** Shares some of the first images with the consumer, and some of these with others as well. */
  async shareSome(): Promise<void> {
    if (this.#unshared > 0) return
    const shared = this.images.slice(0, Math.min(mostPending, this.images.length / 2))
    this.#unshared = shared.length
    const shares: Buffer[] = []
    for (const [index, id] of shared.entries()) {
      if (this.consumerProject !== undefined) shares.push(this.share(id, this.consumerProject))
      const others = index < imagesWithManyMembers ? membersOfTheShared - 1 : 0
      for (let member = 0; member < others; member++) {
        shares.push(this.share(id, randomUUID().replaceAll('-', '')))
      }
    }
    await sendAll(this.address, shares)
  }

  imagesWithMembers(): readonly string[] {
    return this.images.slice(0, Math.min(imagesWithManyMembers, this.images.length / 2))
  }

  share(id: string, project: string): Buffer {
    const body = { member: project }
    return requestBytes(this.target, 'POST', `/v2/images/${id}/members`, { body })
  }

  /** An image that nobody was offered yet; undefined when there is none. */
  nextUnshared(): string | undefined {
    return this.images[this.#unshared++]
  }

  /** Shares an image once more, with somebody new. */
  shareAgain(): Buffer {
    const id = this.images[this.#unshared++ % this.images.length] ?? ''
    return this.share(id, randomUUID().replaceAll('-', ''))
  }

  /** The consumer has been offered the image in measuring. */
  offered(id: string): void {
    this.#offered.push(id)
  }

  /** What to answer next: once all are accepted they are rejected, which is as much work. */
  nextOffer(): { readonly id: string; readonly answer: 'accepted' | 'rejected' } | undefined {
    const place = this.#answered++
    const id = this.#offered[place % this.#offered.length]
    const isFirst = Math.floor(place / this.#offered.length) % 2 === 0
    return id === undefined ? undefined : { id, answer: isFirst ? 'accepted' : 'rejected' }
  }

  async deleteAll(): Promise<void> {
    const ids = this.images.splice(0)
    await sendAll(
      this.address,
      ids.map((id) => requestBytes(this.target, 'DELETE', `/v2/images/${id}`)),
    )
  }
}

function nameOf(number: number): string {
  return `image-${number}`
}

/** The API says it of every image: that of its owner. */
async function projectOf(target: Target, token: string): Promise<string> {
  const images = `${target.url}/v2/images`
  const headers = { 'x-auth-token': token, 'content-type': 'application/json' }
  const response = await fetch(images, { method: 'POST', headers, body: '{}' })
  const answer = await response.text()
  if (!response.ok) throw new Error(`Cannot create an image at ${images}: ${answer}`)
  const { id, owner }: { id: string; owner: string } = JSON.parse(answer)
  await fetch(`${images}/${id}`, { method: 'DELETE', headers })
  return owner
}
