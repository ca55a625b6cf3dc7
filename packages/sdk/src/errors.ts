/**
 * Everything this client throws on purpose, but for what the service answers: see `http-errors.ts`.
 *
 *   ImageClientError
 *   ├── HttpError             the service answered with a refusal (one class per status)
 *   ├── NetworkError          no answer, or it broke off
 *   ├── UnexpectedResponseError   an answer that is not of the Images or Identity API
 *   ├── EndpointNotFoundError     the catalog names no image service
 *   ├── AmbiguousNameError    several images have the name
 *   ├── NoDataError           the image has no data to download
 *   ├── TruncatedDownloadError    fewer bytes came than the image has
 *   └── HashMismatchError     other bytes came than the image has
 *
 * Aborting a call rejects with the signal's own reason; a value that cannot be sent at all, such as
 * an empty id, is a `TypeError` or `RangeError`. Low-level errors travel as `cause`.
 */
export abstract class ImageClientError extends Error {}

/** The service could not be reached, or the connection broke before its answer was complete. */
export class NetworkError extends ImageClientError {
  override readonly name = 'NetworkError'
}

/** The answer does not read like the API: often the endpoint is a proxy's page or another service. */
export class UnexpectedResponseError extends ImageClientError {
  override readonly name = 'UnexpectedResponseError'
}

/** No `endpoint` was given, and the token's catalog names none for the image service. */
export class EndpointNotFoundError extends ImageClientError {
  override readonly name = 'EndpointNotFoundError'
}

/** Names are not unique, and more than one image that the caller may list has this one. */
export class AmbiguousNameError extends ImageClientError {
  override readonly name = 'AmbiguousNameError'
}

/** The image has no data yet, or the store has lost it. */
export class NoDataError extends ImageClientError {
  override readonly name = 'NoDataError'
}

/** The download ended early. What was received is good for resuming with `download({ start })`. */
export class TruncatedDownloadError extends ImageClientError {
  override readonly name = 'TruncatedDownloadError'
  readonly receivedBytes: number
  /** Undefined when the service never said how long the data is. */
  readonly expectedBytes: number | undefined

  constructor(receivedBytes: number, expectedBytes: number | undefined, options?: ErrorOptions) {
    const whole = expectedBytes === undefined ? 'an unknown number of' : expectedBytes
    super(`Cannot download image data: it ended after ${receivedBytes} of ${whole} bytes`, options)
    this.receivedBytes = receivedBytes
    this.expectedBytes = expectedBytes
  }
}

/** All bytes came, and they are not the ones that were uploaded. Discard them. */
export class HashMismatchError extends ImageClientError {
  override readonly name = 'HashMismatchError'
  /** In the style of Python's hashlib, such as `sha512`. */
  readonly algorithm: string
  /** Lower-case hex, as are all hashes here. */
  readonly expected: string
  readonly actual: string

  constructor(algorithm: string, expected: string, actual: string) {
    super(`Cannot trust the downloaded image data: its ${algorithm} is ${actual}, not ${expected}`)
    this.algorithm = algorithm
    this.expected = expected
    this.actual = actual
  }
}

/** A webhook that came is not the service's, was changed on its way, or is too old. */
export class InvalidSignatureError extends ImageClientError {
  override readonly name = 'InvalidSignatureError'
}
