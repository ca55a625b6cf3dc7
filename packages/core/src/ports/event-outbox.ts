import type { Event } from '../events.ts'

/** Writes events down in the transaction of the change they tell of. Part of the port `Records`. */
export interface EventWriter {
  insertEvents(events: readonly Event[]): Promise<void>
}

/** An event in its place. Places only grow, and an event that is seen is never followed by an earlier one. */
export type PlacedEvent = { readonly place: number; readonly event: Event }

/** What a consumer has not acknowledged. */
export type Backlog = {
  readonly consumer: string
  readonly events: number
  /** When the first of them happened; undefined when there is none. */
  readonly oldest: Date | undefined
}

/**
 * Keeps events until every consumer has had them. Part of the port `Records`.
 *
 * An event gets its place after its transaction was committed. So none is ever skipped, however late
 * it was committed; and events of one image have the order in which its changes were made, since
 * each change waits for the one before.
 *
 * Consumers are independent. Each is driven by one process at a time, and by another when that dies.
 * Delivery is at least once: what was not acknowledged is given again.
 */
export interface EventOutbox {
  /**
   * Makes this process the one that drives the consumer, unless another that lives does so. A
   * consumer that is new begins with the events that come from now on.
   *
   * @returns whether this process drives it.
   */
  claimConsumer(consumer: string): Promise<boolean>

  /** Lets any process drive the consumer. Quiet when this process does not. */
  releaseConsumer(consumer: string): Promise<void>

  /**
   * The first events that the consumer has not acknowledged, in order.
   *
   * @returns undefined when this process does not drive the consumer.
   */
  nextEvents(consumer: string, limit: number): Promise<readonly PlacedEvent[] | undefined>

  /**
   * The consumer is done with the events up to this place.
   *
   * @returns false, changing nothing, when this process does not drive the consumer any more.
   */
  acknowledgeEvents(consumer: string, place: number): Promise<boolean>

  /** For readers that keep their place themselves: the events after it that are not removed yet. */
  eventsAfter(place: number, limit: number): Promise<readonly PlacedEvent[]>

  /**
   * Removes events that happened before this time and that each of these consumers has had. A
   * consumer that never began holds back nothing.
   *
   * @returns how many were removed.
   */
  forgetEvents(before: Date, consumers: readonly string[]): Promise<number>

  /** How far behind each of these consumers is. One that never began is left out. */
  backlogs(consumers: readonly string[]): Promise<readonly Backlog[]>

  /** Calls back when this process has committed events. Of other processes' one learns by looking. */
  onEvents(listener: () => void): Disposable
}
