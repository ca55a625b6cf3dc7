/**
 * What happens to the images and shares of the caller's project: one page, or as it happens.
 *
 * A stream is as browsers read them: every event has its cursor as `id`, so that whoever reconnects
 * with `Last-Event-ID` misses nothing. Now and then an `id` comes alone. It keeps the connection
 * from falling silent, and the cursor of a reader that is told little from growing too old.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { Readable } from 'node:stream'
import {
  type FeedPage,
  type FeedRequest,
  type Feeds,
  hasRole,
  type Identity,
  InvalidError,
  quote,
  type ToldEventType,
  toldEventTypes,
} from '@vitrine/core'
import type { EventsBody } from '@vitrine/wire'
import { authenticate } from '../authentication.ts'
import {
  type Call,
  type Handler,
  headerText,
  queryParameters,
  sendJson,
} from '../images-api/call.ts'
import type { PageSizes } from '../images-api/list-query.ts'
import { pageLink } from '../images-api/page-link.ts'
import { toCloudEvent } from './cloud-event.ts'
import { readLimit, readQuery } from './page-query.ts'

/** How long a token is trusted while its owner listens. */
const askAgainMs = 10_000

export type EventsParts = {
  readonly feeds: Feeds
  readonly publicUrl: () => string
  readonly identity: Identity
  readonly sizes: PageSizes
}

/** `GET /sharing/v1/events` */
export function projectEvents(parts: EventsParts): Handler {
  return async (call) => {
    const { request } = call
    const wantsStream = /(^|,)\s*text\/event-stream\s*([;,]|$)/i.test(request.headers.accept ?? '')
    const query = readQuery(queryParameters(request.url), ['after', 'types', 'limit'])
    const after = headerText(request, 'last-event-id') ?? query.get('after')
    const types = readTypes(query.get('types'))
    if (wantsStream) return sendStream(call, { after: readCursor(after, 'now'), types }, parts)
    return sendPage(call, { after: readCursor(after, 'oldest'), types }, query, parts)
  }
}

async function sendPage(
  { actor, reply }: Call,
  wanted: FeedRequest,
  query: ReadonlyMap<string, string>,
  { feeds, publicUrl, sizes }: EventsParts,
) {
  const page = await feeds.page(actor, { ...wanted, limit: readLimit(query, sizes) })
  const cursor = String(page.cursor)
  const others = [...query].filter(([name]) => name !== 'after')
  const body: EventsBody = {
    events: page.events.map(({ event }) => toCloudEvent(event, publicUrl())),
    cursor,
    ...(page.hasMore && { next: pageLink('/sharing/v1/events', [...others, ['after', cursor]]) }),
  }
  return sendJson(reply, 200, body)
}

async function sendStream(call: Call, wanted: FeedRequest, parts: EventsParts) {
  const { actor, reply } = call
  const ending = new AbortController()
  // Also before it begins and while it waits for news, in which nobody could tell it otherwise.
  reply.raw.once('close', () => ending.abort())
  const pages = await parts.feeds.follow(actor, wanted, ending.signal)
  const stream = Readable.from(written(pages, call, parts), { objectMode: false })
  return reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
    .send(stream)
}

async function* written(
  pages: AsyncIterable<FeedPage>,
  call: Call,
  { publicUrl, identity }: EventsParts,
): AsyncGenerator<string, void, undefined> {
  let askedAt = performance.now()
  for await (const { events, cursor } of pages) {
    // A token may expire or be revoked while its owner listens.
    if (performance.now() - askedAt >= askAgainMs) {
      if (!(await mayStillListen(call, identity))) return
      askedAt = performance.now()
    }
    const told = events.map(
      ({ position, event }) =>
        `id: ${position}\ndata: ${JSON.stringify(toCloudEvent(event, publicUrl()))}\n\n`,
    )
    yield events.at(-1)?.position === cursor ? told.join('') : `${told.join('')}id: ${cursor}\n\n`
  }
}

function readCursor(text: string | undefined, otherwise: 'oldest' | 'now'): FeedRequest['after'] {
  if (text === undefined || text === '') return otherwise
  if (text === 'oldest' || text === 'now') return text
  const position = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(position)) return position
  throw new InvalidError(
    `Cannot list events after ${quote(text)}: it should be a cursor that was given before, "oldest" or "now"`,
  )
}

/** Between commas. @returns undefined for all. */
function readTypes(text: string | undefined): readonly ToldEventType[] | undefined {
  if (text === undefined) return undefined
  return text.split(',').map((name) => {
    const type = toldEventTypes.find((one) => one === name)
    if (type !== undefined) return type
    throw new InvalidError(
      `Cannot list events of type ${quote(name)}: there are ${toldEventTypes.join(', ')}`,
    )
  })
}

async function mayStillListen(call: Call, identity: Identity): Promise<boolean> {
  const actor = await authenticate(identity, call.request)
  if (actor === undefined) return false
  return actor.projectId === call.actor.projectId && hasRole(actor, 'reader')
}
