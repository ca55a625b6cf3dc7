/**
 * Every refusal Vitrine makes on purpose: a code for programs, a sentence for people, facts for both.
 *
 * A message says the action, then what is, then what should be:
 * `Cannot upload image data: the image is "active", not "queued"`. Anything else that is thrown is
 * a bug or the world's fault, and its text never reaches a caller.
 */

/** Why the service would not do what was asked. Programs act on the code; people read the message. */
export type ErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'too-large'
  | 'wrong-content'
  | 'out-of-range'
  | 'too-many'
  | 'unavailable'

export abstract class VitrineError extends Error {
  abstract readonly code: ErrorCode
}

/** The request says something that cannot be, whoever asks. */
export class InvalidError extends VitrineError {
  override readonly name = 'InvalidError'
  readonly code = 'invalid'
}

/** A custom property of an image cannot have the value that was given. */
export class PropertyRefusedError extends VitrineError {
  override readonly name = 'PropertyRefusedError'
  readonly code = 'invalid'
  readonly property: string

  constructor(property: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.property = property
  }
}

/** The caller has not proven who it is. */
export class UnauthorizedError extends VitrineError {
  override readonly name = 'UnauthorizedError'
  readonly code = 'unauthorized'
}

/** The caller may know of the thing, and still may not do this to it. */
export class ForbiddenError extends VitrineError {
  override readonly name = 'ForbiddenError'
  readonly code = 'forbidden'
}

/** There is no such thing, or none that this caller may know of: the two must look the same. */
export class NotFoundError extends VitrineError {
  override readonly name = 'NotFoundError'
  readonly code = 'not-found'
}

/** The thing is not in a state in which this can be done. */
export class ConflictError extends VitrineError {
  override readonly name = 'ConflictError'
  readonly code = 'conflict'
}

/** What the request was about went away while it was being served. */
export class GoneError extends VitrineError {
  override readonly name = 'GoneError'
  readonly code = 'gone'
}

/** A limit set by the operator is reached. */
export class TooLargeError extends VitrineError {
  override readonly name = 'TooLargeError'
  readonly code = 'too-large'
}

/** The body, or its declared type, is not one that this request takes. */
export class WrongContentError extends VitrineError {
  override readonly name = 'WrongContentError'
  readonly code = 'wrong-content'
}

/** The asked-for part of the data does not exist. */
export class OutOfRangeError extends VitrineError {
  override readonly name = 'OutOfRangeError'
  readonly code = 'out-of-range'
}

/** It was asked for too often. */
export class TooManyError extends VitrineError {
  override readonly name = 'TooManyError'
  readonly code = 'too-many'
  /** When the same request may succeed; undefined for never. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, options: ErrorOptions & { retryAfterSeconds?: number } = {}) {
    super(message, options)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Something Vitrine stands on does not answer just now; the same request may succeed later. */
export class UnavailableError extends VitrineError {
  override readonly name = 'UnavailableError'
  readonly code = 'unavailable'
}

/** What may be told of a failure: a refusal's own words; of anything else, that it happened. */
export function tellable(error: unknown): string {
  return error instanceof VitrineError ? error.message : 'Failed for an unexpected reason'
}

const longestQuote = 120

/** A value as it may stand in a message: JSON, cut short, and safe for any depth. */
export function quote(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : 'an object'
  // Cut before serializing, so that a value of megabytes costs nothing.
  const text =
    typeof value === 'string' ? JSON.stringify(value.slice(0, longestQuote + 1)) : String(value)
  return text.length > longestQuote + 2 ? `${text.slice(0, longestQuote)}…"` : text
}
