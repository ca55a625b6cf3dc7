import type { Event } from '../events.ts'

/** An event in a project's feed. Positions of one project have no gaps. */
export type FeedEntry = { readonly position: number; readonly event: Event }

/** Where a project's feed stands. Both are 0 for a project that was never told anything. */
export type FeedSpan = {
  /** The position before the oldest event that is kept. */
  readonly start: number
  /** The position of the newest. */
  readonly end: number
}

/**
 * Keeps, for every project, which events it is told of, in the order of all events. Part of the port
 * `Records`.
 *
 * An event stands in the feeds of its projects from the moment it has its place in the outbox, and is
 * removed from them with it. Reading costs the same whatever other projects do.
 */
export interface ProjectFeeds {
  /** The events after this position, the oldest first. */
  readFeed(projectId: string, after: number, limit: number): Promise<readonly FeedEntry[]>

  findFeed(projectId: string): Promise<FeedSpan>

  /** The ends of these feeds, of those that have any. */
  feedEnds(projectIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}
