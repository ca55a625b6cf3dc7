/**
 * What happens to the images and shares of the caller's project: `for await (… of client.events)`.
 *
 *   follow() ──connect──► stream ──► events, each with its cursor
 *               ▲           │
 *               └──wait─────┘ broken off, or ended: on from the last cursor
 *
 * Nothing is missed while it reconnects, as long as the service keeps events: about a week. An event
 * may come twice when a connection breaks off; its id stays the same.
 */
import type { EventsBody } from '@vitrine/wire'
import { NetworkError } from '../errors.ts'
import { withQuery } from '../pages.ts'
import { Fields, parseJson } from '../parsing.ts'
import { retryDelayMs } from '../retry.ts'
import { sleep } from '../sleep.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { type EventType, parseEvent, type SharingEvent } from './event.ts'
import { readMessages } from './event-stream.ts'
import { sharingPath } from './sharing-path.ts'

export type EventsOptions = CallOptions & {
  /** The cursor of the last event that you had; or where to begin without one. */
  readonly after?: string | 'oldest' | 'now' | undefined
  /** Only these. Default: all. */
  readonly types?: readonly EventType[] | undefined
}

export type EventPageOptions = EventsOptions & { readonly pageSize?: number | undefined }

/** An event, and where it stands among those of the project. */
export type FollowedEvent = SharingEvent & {
  /** Keep it to go on from here: `follow({ after: cursor })`. */
  readonly cursor: string
}

export type EventPage = {
  readonly events: readonly SharingEvent[]
  /** To be given as `after`, to read on. */
  readonly cursor: string
  /** Whether there is more already. */
  readonly hasMore: boolean
}

/** The service says something every quarter of a minute. */
const idleMs = 60_000
const longestPauseMs = 30_000

export class Events implements AsyncIterable<FollowedEvent> {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** What happens from now on. */
  [Symbol.asyncIterator](): AsyncIterator<FollowedEvent> {
    return this.follow()[Symbol.asyncIterator]()
  }

  /**
   * What happens, from now on or after a cursor, until the loop is left or the signal aborted.
   * A connection that breaks is made again, however long that takes.
   *
   * @throws {GoneError} when events after the cursor are not kept any more.
   */
  async *follow(options: EventsOptions = {}): AsyncGenerator<FollowedEvent, void, undefined> {
    const { signal } = options
    const policy = {
      attempts: Number.POSITIVE_INFINITY,
      baseDelayMs: 500,
      maxDelayMs: longestPauseMs,
    }
    let after = options.after ?? 'now'
    for (let failures = 0; ; ) {
      try {
        const body = await this.#connect({ ...options, after })
        for await (const { id, data } of readMessages(body, idleMs)) {
          failures = 0
          if (data !== undefined) yield { ...parseEvent(parseJson(data)), cursor: id }
          if (id !== '') after = id
        }
      } catch (error) {
        signal?.throwIfAborted()
        // Only what may pass by itself has a delay.
        if (retryDelayMs(error, failures + 1, policy) === undefined) throw error
      }
      signal?.throwIfAborted()
      failures += 1
      const pauseMs = Math.min(policy.baseDelayMs * 2 ** (failures - 1), longestPauseMs)
      await sleep(pauseMs * (0.5 + Math.random() / 2), signal)
    }
  }

  /**
   * One page of what happened, the oldest first, for who rather polls. Default: from the oldest kept.
   *
   * @throws {GoneError} when events after the cursor are not kept any more.
   */
  async page({ pageSize, ...options }: EventPageOptions = {}): Promise<EventPage> {
    const query = queryOf(options)
    if (pageSize !== undefined) query.set('limit', String(pageSize))
    const path = withQuery(sharingPath('events'), query)
    const { signal } = options
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    const fields = new Fields<keyof EventsBody>('events', body)
    return {
      events: fields.list('events').map(parseEvent),
      cursor: fields.text('cursor'),
      hasMore: fields.textOrNull('next') !== null,
    }
  }

  async #connect(options: EventsOptions): Promise<ReadableStream<Uint8Array>> {
    const { signal } = options
    const path = withQuery(sharingPath('events'), queryOf(options))
    const headers = { accept: 'text/event-stream' }
    const call = { method: 'GET', path, headers, repeat: 'after-401', signal } as const
    const { body } = await this.#transport.open(call)
    if (body === null) throw new NetworkError('Cannot follow events: the answer has no body')
    return body
  }
}

function queryOf({ after, types }: EventsOptions): URLSearchParams {
  const query = new URLSearchParams()
  if (after !== undefined) query.set('after', after)
  if (types !== undefined) query.set('types', types.join(','))
  return query
}
