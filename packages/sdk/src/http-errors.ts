/**
 * What the service refuses, one class per status, so that a program can say which refusal it expects.
 *
 * A status that has no class of its own is a plain `HttpError`.
 */
import { ImageClientError } from './errors.ts'

export type Refusal = {
  readonly status: number
  /** The service's own sentence. */
  readonly message: string
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
}

/** The service answered, and the answer is a refusal. `message` is the service's own sentence. */
export class HttpError extends ImageClientError {
  override readonly name: string = 'HttpError'
  readonly status: number
  /** From `x-openstack-request-id`: what the operator needs to find the request in the logs. */
  readonly requestId: string | undefined
  /** What `Retry-After` asks for, in milliseconds from the answer. */
  readonly retryAfterMs: number | undefined

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.status = refusal.status
    this.requestId = refusal.requestId
    this.retryAfterMs = refusal.retryAfterMs
  }
}

/** 400: the request says something that cannot be, whoever asks. */
export class BadRequestError extends HttpError {
  override readonly name = 'BadRequestError'
}

/** 401: the password is wrong, or the token is not accepted and could not be renewed. */
export class UnauthorizedError extends HttpError {
  override readonly name = 'UnauthorizedError'
}

/** 403: the caller may see the image and still may not do this, or its state forbids it. */
export class ForbiddenError extends HttpError {
  override readonly name = 'ForbiddenError'
}

/** 404: there is no such thing, or none that the caller may know of. */
export class NotFoundError extends HttpError {
  override readonly name = 'NotFoundError'
}

/** 409: it exists already, or the image is not in a state in which this can be done. */
export class ConflictError extends HttpError {
  override readonly name = 'ConflictError'
}

/** 410: the image went away during the upload, or the store no longer takes data. */
export class GoneError extends HttpError {
  override readonly name = 'GoneError'
}

/** 413: a limit is reached: bytes, images, members, tags or properties. */
export class PayloadTooLargeError extends HttpError {
  override readonly name = 'PayloadTooLargeError'
}

/** 415: the data is not of the image's disk format, or is not safe to keep. */
export class UnsupportedMediaTypeError extends HttpError {
  override readonly name = 'UnsupportedMediaTypeError'
}

/** 416: the part begins at or after the end of the data. */
export class RangeNotSatisfiableError extends HttpError {
  override readonly name = 'RangeNotSatisfiableError'
}

/** 429: too many requests; `retryAfterMs` may say when to come back. */
export class RateLimitedError extends HttpError {
  override readonly name = 'RateLimitedError'
}

/** 500: a fault of the service; `requestId` is what its operator needs. */
export class InternalServerError extends HttpError {
  override readonly name = 'InternalServerError'
}

/** 502, 503, 504: the service, or something it stands on, does not answer just now. */
export class ServiceUnavailableError extends HttpError {
  override readonly name = 'ServiceUnavailableError'
}

const errorOf: Readonly<Record<number, new (refusal: Refusal) => HttpError>> = {
  400: BadRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  413: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  416: RangeNotSatisfiableError,
  429: RateLimitedError,
  500: InternalServerError,
  502: ServiceUnavailableError,
  503: ServiceUnavailableError,
  504: ServiceUnavailableError,
}

export function httpError(refusal: Refusal): HttpError {
  const Class = errorOf[refusal.status] ?? HttpError
  return new Class(refusal)
}
