/** The hash that data must have, as whoever asks for the data to be fetched gives it. */
import { createHash } from 'node:crypto'
import { InvalidError, quote } from './errors.ts'
import { hashForm, isHash } from './hash-text.ts'
import type { Multihash } from './image.ts'

/**
 * @param hash the value of `validation_data`.
 * @returns the hash in lower case; undefined when none was given.
 * @throws {InvalidError} when it is anything but an algorithm and a hash by it.
 */
export function parseExpectedHash(hash: unknown): Multihash | undefined {
  if (hash === undefined || hash === null) return undefined
  const { os_hash_algo: algorithm, os_hash_value: value }: Record<string, unknown> = {
    ...(typeof hash === 'object' && hash),
  }
  if (typeof algorithm !== 'string' || typeof value !== 'string') {
    throw new InvalidError(
      'Cannot import: "validation_data" should be an object with "os_hash_algo" and "os_hash_value"',
    )
  }
  if (!isHash(algorithm, value)) {
    throw new InvalidError(
      `Cannot check data against ${quote(algorithm)} ${quote(value)}: it should be ${hashForm(algorithm)}`,
    )
  }
  return { algorithm, value: value.toLowerCase() }
}

/**
 * Passes the bytes on, and throws at their end when they have another hash.
 *
 * @throws {InvalidError}
 */
export async function* requireHash(
  bytes: AsyncIterable<Uint8Array>,
  { algorithm, value }: Multihash,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithm)
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
  const found = hash.digest('hex')
  if (found === value) return
  throw new InvalidError(
    `Cannot keep the data: its ${algorithm} is ${found}, and should be ${value}`,
  )
}
