/**
 * Tells the core the time, so that a test can hold it. The promises below are tests in
 * `@vitrine/conformance`.
 */
export interface Clock {
  /** A date of the caller's own: the time now, which does not go back from one call to the next. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
