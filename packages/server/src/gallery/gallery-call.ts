/** What a request of the gallery asks for, found or refused in words for everybody. */
import { type Exhibit, type Gallery, InvalidError, NotFoundError } from '@vitrine/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireReadablePath } from '../readable-url.ts'
import type { Site } from './frame.ts'

/** How an operator has set the gallery up. */
export type GallerySetup = {
  readonly gallery: Gallery
  readonly title: string
  readonly contact: string | undefined
  readonly publicUrl: (request: FastifyRequest) => string
}

/** @throws {InvalidError} for a `Host` that is none: it stands in commands to copy. */
export function siteOf({ title, contact, publicUrl }: GallerySetup, request: FastifyRequest): Site {
  const root = publicUrl(request)
  if (/^https?:\/\/[\w.:[\]-]+(\/[\w./~%-]*)?$/.test(root)) return { title, contact, root }
  throw new InvalidError('The request names a host that can be none.')
}

export type Answer = (request: FastifyRequest, reply: FastifyReply) => unknown

/** Answers GET, and HEAD alike. */
export function serve(app: FastifyInstance, path: string, answer: Answer): void {
  app.get(path, { exposeHeadRoute: true }, async (request, reply) => {
    requireReadablePath(request)
    return answer(request, reply)
  })
}

export function partOf({ params }: FastifyRequest, name: string): string {
  const part: unknown = Object(params)[name]
  if (typeof part !== 'string' || part.includes('\0')) throw noPage()
  return part
}

/** @throws {NotFoundError} alike for what is not published and for what there is not. */
export async function requireExhibit(gallery: Gallery, request: FastifyRequest): Promise<Exhibit> {
  const exhibit = await gallery.exhibit(partOf(request, 'imageId'))
  if (exhibit === undefined) throw noPage()
  return exhibit
}

/** @throws {NotFoundError} also for one that has nothing to show. */
export async function requirePublisher(gallery: Gallery, request: FastifyRequest) {
  const publisher = await gallery.publisher(partOf(request, 'slug'))
  if (publisher === undefined) throw noPage()
  return publisher
}

export function noPage(): NotFoundError {
  return new NotFoundError('Nothing is published here, or not any more.')
}
