/**
 * Drives one consumer of the outbox: takes its events in order, delivers them, and says which it had.
 *
 * Of all processes one drives a consumer; the others look now and then whether it still lives. What
 * cannot be delivered stays first in the queue and is tried again, ever more slowly, so that nothing
 * is lost or overtakes; what was delivered may come again after a failure, with the id it had.
 */
import type { Event } from './events.ts'
import type { EventOutbox } from './ports/event-outbox.ts'

export type EventConsumerParts = {
  readonly outbox: EventOutbox
  /** Names the consumer among all; it keeps its place under this name. */
  readonly name: string
  /** Resolves when the receiver has all of these events; they are given again when it throws. */
  readonly deliver: (events: readonly Event[], signal: AbortSignal) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly pauses?: Partial<Pauses>
}

export type Pauses = {
  /** Between looks for events of other processes. Those of this one are told at once. */
  readonly idleMs: number
  /** After events were delivered, while more of them gather: what is read and written per look is shared. */
  readonly gatherMs: number
  /** Between looks whether whoever drives the consumer has died. */
  readonly takeOverMs: number
  /** After the first failure; doubled after each, up to `longestRetryMs`, until something is delivered. */
  readonly retryMs: number
  readonly longestRetryMs: number
}

const defaultPauses: Pauses = {
  idleMs: 1000,
  gatherMs: 50,
  takeOverMs: 5000,
  retryMs: 500,
  longestRetryMs: 30_000,
}
const mostAtOnce = 100

export class EventConsumer implements AsyncDisposable {
  readonly #parts: EventConsumerParts
  readonly #pauses: Pauses
  readonly #stopping = new AbortController()
  readonly #listening: Disposable
  readonly #done: Promise<void>
  /** Whether events came since the last look. */
  #news = true
  /** One after the other, since something was delivered. */
  #failures = 0
  #wake: () => void = () => {}

  /** Resolves when all that happens from now on will be delivered, be the receiver there or not. */
  static async start(parts: EventConsumerParts): Promise<EventConsumer> {
    // What happens before its first claim a consumer never has.
    await parts.outbox.claimConsumer(parts.name)
    return new EventConsumer(parts)
  }

  /** Begins at once, and with what happens once it has claimed its place. */
  constructor(parts: EventConsumerParts) {
    this.#parts = parts
    this.#pauses = { ...defaultPauses, ...parts.pauses }
    this.#listening = parts.outbox.onEvents(() => {
      this.#news = true
      this.#wake()
    })
    this.#done = this.#run()
  }

  /** Resolves when nothing is being delivered any more, and any process may drive the consumer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]()
    this.#stopping.abort(new Error('the service stops'))
    this.#wake()
    await this.#done
  }

  async #run(): Promise<void> {
    const { outbox, name, onError } = this.#parts
    const { signal } = this.#stopping
    const { retryMs, longestRetryMs } = this.#pauses
    while (!signal.aborted) {
      try {
        await this.#drive()
      } catch (error) {
        if (signal.aborted) break
        onError(error)
        await this.#pause(Math.min(retryMs * 2 ** this.#failures, longestRetryMs))
        this.#failures += 1
      }
    }
    await outbox.releaseConsumer(name).catch(onError)
  }

  /** Delivers what there is, then waits for more. Returns when another process drives the consumer. */
  async #drive(): Promise<void> {
    const { outbox, name, deliver } = this.#parts
    const { signal } = this.#stopping
    if (!(await outbox.claimConsumer(name))) return this.#pause(this.#pauses.takeOverMs)
    while (!signal.aborted) {
      this.#news = false
      const placed = await outbox.nextEvents(name, mostAtOnce)
      if (placed === undefined) return
      const last = placed.at(-1)
      if (last === undefined) {
        if (!this.#news) await this.#pause(this.#pauses.idleMs, { untilNews: true })
        continue
      }
      await deliver(
        placed.map(({ event }) => event),
        signal,
      )
      if (!(await outbox.acknowledgeEvents(name, last.place))) return
      // Here, not when this returns: that may be months later, and the next failure is another one.
      this.#failures = 0
      if (placed.length < mostAtOnce) await this.#pause(this.#pauses.gatherMs)
    }
  }

  async #pause(milliseconds: number, { untilNews = false } = {}): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds)
    this.#wake = () => {
      if (untilNews || signal.aborted) resolve()
    }
    await promise
    clearTimeout(timer)
  }
}
