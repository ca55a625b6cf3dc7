/** The sentences for what is not fetched. They name the host, and nothing else of a URI: it may hold secrets. */
import { InvalidError } from '@vitrine/core'

/** @param reason what is wrong, and what should be. */
export function refusedUri(reason: string): InvalidError {
  return new InvalidError(`Cannot fetch the URI: it does not pass filtering: ${reason}`)
}

export function refusedHost(host: string, reason: string): InvalidError {
  return new InvalidError(`Cannot fetch from "${host}": it does not pass filtering: ${reason}`)
}
