/**
 * Hashing bytes as they pass: by `node:crypto` where there is one, by @noble/hashes elsewhere.
 *
 * `process.getBuiltinModule` finds `node:crypto` without an import that a bundler for browsers would
 * trip over. The other implementation is a chunk of its own, loaded only where it is needed.
 */

import type { RunningHash } from './running-hash.ts'

/**
 * @param algorithm as an image names it, in the style of Python's hashlib: `sha512`, `blake2b`.
 * @returns undefined when this algorithm is not known here.
 */
export async function startHash(algorithm: string): Promise<RunningHash | undefined> {
  const name = algorithm.toLowerCase()
  const native = startNativeHash(name)
  if (native !== undefined) return native
  const { startNobleHash } = await import('./noble-hash.ts')
  return startNobleHash(name)
}

/** Where OpenSSL's names differ from Python's. */
const opensslNames: Readonly<Record<string, string>> = {
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  sha3_224: 'sha3-224',
  sha3_256: 'sha3-256',
  sha3_384: 'sha3-384',
  sha3_512: 'sha3-512',
}

function startNativeHash(name: string): RunningHash | undefined {
  const crypto =
    typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:crypto')
  const opensslName = opensslNames[name] ?? name
  if (crypto?.getHashes().includes(opensslName) !== true) return undefined
  const hash = crypto.createHash(opensslName)
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
}
