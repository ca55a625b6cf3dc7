/**
 * Tells the core the time, so that a test can hold it. The promises below are tests in
 * `@vitrine/conformance`.
 */
export interface Clock {
  /** The time now, in a date of the caller's own. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
