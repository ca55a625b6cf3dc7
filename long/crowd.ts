/**
 * A crowd that creates, uploads, stages, imports, copies and deletes images, all at random, and
 * remembers what it was promised: a process may be killed at any moment, but what was answered holds.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesOf, type Content, contents, sha512, slowly } from './content.ts'

/** What may be true of an image that the crowd has created. */
export type Memory = {
  /** Hashes of all that was ever sent for it. */
  readonly sent: Set<string>
  /** It was answered that the image has this data. */
  has: string | undefined
  deletion: 'no' | 'asked' | 'answered'
}

const mostImages = 24

export class Crowd implements AsyncDisposable {
  readonly images = new Map<string, Memory>()
  readonly #token: string
  readonly #web: Server
  #webUrl = ''
  #answers = 0

  private constructor(token: string) {
    this.#token = token
    this.#web = createServer(async (request, response) => {
      const [, name = '', size = ''] = request.url?.split('/') ?? []
      const sizeBytes = Number(size)
      response.on('error', () => undefined)
      response.writeHead(200, { 'content-length': sizeBytes })
      for await (const piece of slowly(bytesOf({ name, sizeBytes }), 4, 40)) {
        if (response.destroyed) return
        response.write(piece)
      }
      response.end()
    })
  }

  static async gather(token: string): Promise<Crowd> {
    const crowd = new Crowd(token)
    crowd.#web.listen(0, '127.0.0.1')
    await once(crowd.#web, 'listening')
    const bound = crowd.#web.address()
    crowd.#webUrl = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : bound}`
    return crowd
  }

  /** How often it was answered. */
  get answers(): number {
    return this.#answers
  }

  /** @param urlOf of any process that serves just now. */
  async act(people: number, urlOf: () => string, signal: AbortSignal): Promise<void> {
    const person = async () => {
      while (!signal.aborted) {
        await this.#doSomething(urlOf()).catch(() => sleep(20))
      }
    }
    await Promise.all(Array.from({ length: people }, person))
  }

  async ask(url: string, method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'x-auth-token': this.#token, ...init.headers }
    const response = await fetch(url + path, { method, ...init, headers })
    if (response.ok) this.#answers++
    return response
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#web.closeAllConnections()
    this.#web.close()
  }

  async #doSomething(url: string): Promise<void> {
    const living = [...this.images].filter(([, { deletion }]) => deletion === 'no')
    const [id] = oneOf(living) ?? []
    const chance = Math.random()
    if (id !== undefined && (living.length > mostImages || chance < 0.25)) {
      return this.#delete(url, id)
    }
    if (id !== undefined && chance < 0.4) return this.#copy(url, id)
    if (chance < 0.75) return this.#upload(url)
    if (chance < 0.9) return this.#stageAndImport(url)
    return this.#download(url)
  }

  async #create(url: string): Promise<{ id: string; memory: Memory }> {
    const body = JSON.stringify({ disk_format: 'raw', container_format: 'bare' })
    const headers = { 'content-type': 'application/json' }
    const answer = await this.ask(url, 'POST', '/v2/images', { body, headers })
    const { id }: { id: string } = await answer.json()
    const memory: Memory = { sent: new Set(), has: undefined, deletion: 'no' }
    this.images.set(id, memory)
    return { id, memory }
  }

  async #upload(url: string): Promise<void> {
    const { id, memory } = await this.#create(url)
    const content = someContent()
    memory.sent.add(sha512(bytesOf(content)))
    if ((await this.#send(url, `/v2/images/${id}/file`, content)) !== 204) return
    memory.has = sha512(bytesOf(content))
  }

  async #stageAndImport(url: string): Promise<void> {
    const { id, memory } = await this.#create(url)
    const content = someContent()
    memory.sent.add(sha512(bytesOf(content)))
    if ((await this.#send(url, `/v2/images/${id}/stage`, content)) !== 204) return
    const everywhere = Math.random() < 0.5
    await this.#import(url, id, {
      method: { name: 'glance-direct' },
      ...(everywhere ? { all_stores: true, all_stores_must_succeed: false } : {}),
    })
  }

  async #download(url: string): Promise<void> {
    const { id, memory } = await this.#create(url)
    const content = someContent()
    memory.sent.add(sha512(bytesOf(content)))
    const uri = `${this.#webUrl}/${content.name}/${content.sizeBytes}`
    await this.#import(url, id, { method: { name: 'web-download', uri } })
  }

  #copy(url: string, id: string): Promise<void> {
    return this.#import(url, id, { method: { name: 'copy-image' }, stores: ['two'] })
  }

  async #delete(url: string, id: string): Promise<void> {
    const memory = this.images.get(id)
    if (memory === undefined) return
    memory.deletion = 'asked'
    const answer = await this.ask(url, 'DELETE', `/v2/images/${id}`)
    if (answer.status === 204) memory.deletion = 'answered'
    else if (answer.status === 409 || answer.status === 403) memory.deletion = 'no'
  }

  async #import(url: string, id: string, request: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(request)
    await this.ask(url, 'POST', `/v2/images/${id}/import`, { headers, body })
  }

  async #send(url: string, path: string, content: Content): Promise<number> {
    const headers = { 'content-type': 'application/octet-stream' }
    const body = streamOf(slowly(bytesOf(content), 1 + Math.random() * 5, 30))
    const init = { headers, body, duplex: 'half' } as const
    return (await this.ask(url, 'PUT', path, init)).status
  }
}

/** Asked for when the last was taken, so that a body has no end before its time. */
function streamOf(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

function someContent(): Content {
  return oneOf(contents) ?? { name: 'a', sizeBytes: 0 }
}

function oneOf<T>(items: readonly T[]): T | undefined {
  return items[Math.floor(Math.random() * items.length)]
}
