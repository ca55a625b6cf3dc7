/**
 * The events of a project: page by page, or as they happen.
 *
 *   feed of the project, in the records ──page()──► whoever polls
 *        │        ▲
 *      follow()   └── one look for all followers of this process, at its own events at once, and now
 *        ▼            and then at those of other processes
 *   whoever listens, at its own pace
 *
 * A reader keeps its place itself, as a cursor. Nothing is kept for it here, so one that is slow or
 * gone costs nothing, and reads on where it was as long as the events are kept.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Actor, hasRole } from '../actor.ts'
import { ForbiddenError, GoneError, InvalidError, TooManyError } from '../errors.ts'
import type { Records } from '../ports/records.ts'
import { type ToldEvent, type ToldEventType, toldTo } from './told-event.ts'

export type FeedRequest = {
  /** A position that was given before; or where to begin without one. */
  readonly after: number | 'oldest' | 'now'
  /** Undefined for all. */
  readonly types: readonly ToldEventType[] | undefined
}

export type FeedPage = {
  readonly events: readonly { readonly position: number; readonly event: ToldEvent }[]
  /** After which to read on. */
  readonly cursor: number
  readonly hasMore: boolean
}

export type FeedsParts = {
  readonly records: Records
  readonly onError: (error: unknown) => void
  readonly pauses?: Partial<FeedPauses>
}

export type FeedPauses = {
  /** Between looks for events of other processes. */
  readonly lookMs: number
  /** After a look, while more events gather, which then share the next. */
  readonly gatherMs: number
  /** After which a follower gets a page without events, to know that all is well. */
  readonly quietMs: number
}

const defaultPauses: FeedPauses = { lookMs: 1000, gatherMs: 25, quietMs: 15_000 }
/** Of events that are read for a follower at once. */
const mostAtOnce = 50
/** Of followers per project, in each process. */
const mostFollowers = 50

type Follower = { readonly projectId: string; end: number; wake: () => void }

export class Feeds implements AsyncDisposable {
  readonly #records: Records
  readonly #onError: (error: unknown) => void
  readonly #pauses: FeedPauses
  readonly #stopping = new AbortController()
  readonly #followers = new Set<Follower>()
  readonly #listening: Disposable
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #news = false

  constructor({ records, onError, pauses }: FeedsParts) {
    this.#records = records
    this.#onError = onError
    this.#pauses = { ...defaultPauses, ...pauses }
    this.#listening = records.onEvents(() => this.#lookSoon())
  }

  /** Ends all that follow, and resolves when nothing is looked for any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]()
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#looking
  }

  /** @throws {GoneError} when events after the cursor are not kept any more. */
  async page(actor: Actor, request: FeedRequest & { readonly limit: number }): Promise<FeedPage> {
    const projectId = projectOf(actor)
    const { after, types, limit } = request
    return this.#read(projectId, await this.#begin(projectId, after), types, limit)
  }

  /**
   * The events from here on, for as long as it is iterated and the signal is not aborted: first a
   * page that tells the cursor, then a page whenever there are any, and an empty one now and then.
   * Whoever never iterates it aborts the signal.
   *
   * @throws {GoneError} before the first page, when events after the cursor are not kept any more.
   */
  async follow(
    actor: Actor,
    { after, types }: FeedRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<FeedPage>> {
    const projectId = projectOf(actor)
    this.#requireRoom(projectId)
    // Before anything is waited for: else all who come at once would find room.
    const follower = this.#join(projectId)
    try {
      const cursor = await this.#begin(projectId, after)
      const ending = AbortSignal.any([signal, this.#stopping.signal])
      const leave = () => this.#leave(follower)
      ending.addEventListener('abort', leave, { once: true })
      if (ending.aborted) leave()
      return this.#pages(follower, cursor, types, ending)
    } catch (error) {
      this.#leave(follower)
      throw error
    }
  }

  async *#pages(
    follower: Follower,
    start: number,
    types: FeedRequest['types'],
    signal: AbortSignal,
  ): AsyncGenerator<FeedPage, void, undefined> {
    try {
      let cursor = start
      yield { events: [], cursor, hasMore: false }
      while (!signal.aborted) {
        // Before reading: what comes while we read must wake us.
        using waiting = this.#waitForNews(follower, signal)
        const page = await this.#read(follower.projectId, cursor, types, mostAtOnce)
        const isQuiet = page.cursor === cursor && !(await waiting.news)
        cursor = page.cursor
        if (page.events.length > 0 || (isQuiet && !signal.aborted)) yield page
      }
    } finally {
      this.#leave(follower)
    }
  }

  #join(projectId: string): Follower {
    const follower = { projectId, end: 0, wake: () => {} }
    this.#followers.add(follower)
    this.#timer ??= setInterval(() => this.#lookSoon(), this.#pauses.lookMs).unref()
    return follower
  }

  #requireRoom(projectId: string): void {
    const others = [...this.#followers].filter((one) => one.projectId === projectId)
    if (others.length < mostFollowers) return
    throw new TooManyError(
      `Cannot follow events: the project follows them ${others.length} times already, and that is the most`,
    )
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower)
    if (this.#followers.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Whether there is news: false after a quiet time, or when it is to end. */
  #waitForNews(follower: Follower, signal: AbortSignal): Disposable & { news: Promise<boolean> } {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const end = () => resolve(false)
    const timer = setTimeout(end, this.#pauses.quietMs)
    follower.wake = () => resolve(true)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    return {
      news: promise,
      [Symbol.dispose]() {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
      },
    }
  }

  /** At most one look at a time; news that comes meanwhile makes another. */
  #lookSoon(): void {
    this.#news = true
    if (this.#followers.size === 0 || this.#stopping.signal.aborted) return
    this.#looking ??= this.#look()
      .catch(this.#onError)
      .finally(() => {
        this.#looking = undefined
        // Since the last look at it.
        if (this.#news) this.#lookSoon()
      })
  }

  async #look(): Promise<void> {
    while (this.#news && !this.#stopping.signal.aborted) {
      this.#news = false
      const projectIds = [...new Set([...this.#followers].map(({ projectId }) => projectId))]
      const ends = await this.#records.feedEnds(projectIds)
      for (const follower of this.#followers) {
        const end = ends.get(follower.projectId) ?? 0
        if (end === follower.end) continue
        follower.end = end
        follower.wake()
      }
      const { signal } = this.#stopping
      await sleep(this.#pauses.gatherMs, undefined, { signal }).catch(() => {})
    }
  }

  async #begin(projectId: string, after: FeedRequest['after']): Promise<number> {
    const { start, end } = await this.#records.findFeed(projectId)
    if (after === 'oldest') return start
    if (after === 'now') return end
    if (after > end) {
      throw new InvalidError(
        `Cannot list events after ${after}: the last one is ${end}; the cursor should be one that was given before`,
      )
    }
    if (after < start) throw gone(after, start)
    return after
  }

  async #read(
    projectId: string,
    after: number,
    types: FeedRequest['types'],
    limit: number,
  ): Promise<FeedPage> {
    const entries = await this.#records.readFeed(projectId, after, limit)
    const [first] = entries
    if (first !== undefined && first.position > after + 1) throw gone(after, first.position - 1)
    const told = entries.flatMap(({ position, event }) => {
      const own = toldTo(projectId, event)
      const isWanted = own !== undefined && (types === undefined || types.includes(own.type))
      return isWanted ? [{ position, event: own }] : []
    })
    const events = await this.#withoutBlocked(projectId, told)
    const cursor = entries.at(-1)?.position ?? after
    return { events, cursor, hasMore: entries.length === limit }
  }

  /** What a blocked producer does about its shares is not told. */
  async #withoutBlocked(projectId: string, told: FeedPage['events']): Promise<FeedPage['events']> {
    if (told.every(({ event }) => event.as === 'producer')) return told
    const blocks = await this.#records.listBlocks(projectId)
    const blocked = new Set<string | null>(blocks.map(({ producerId }) => producerId))
    return told.filter(({ event }) => event.as === 'producer' || !blocked.has(event.producerId))
  }
}

function gone(after: number, start: number): GoneError {
  return new GoneError(
    `Cannot list events after ${after}: only those after ${start} are kept; begin with "oldest" or "now"`,
  )
}

function projectOf(actor: Actor): string {
  if (actor.projectId !== undefined && hasRole(actor, 'reader')) return actor.projectId
  throw new ForbiddenError(
    'Events are told to a project: this takes a token of one, with the role "reader"',
  )
}
