const lowerCaseUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Refuses what is not a lower-case UUID. Keys become parts of paths, so nothing else may pass.
 *
 * @throws {TypeError} since the service makes its keys itself: another key is a bug, not a request.
 */
export function checkObjectKey(key: string): void {
  if (!lowerCaseUuid.test(key)) {
    throw new TypeError(`Cannot use object key ${JSON.stringify(key)}: it is not a lower-case UUID`)
  }
}
