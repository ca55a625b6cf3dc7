/** The hashes that an image may have, without Node.js. */
import { blake2b, blake2s } from '@noble/hashes/blake2.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { RunningHash } from './running-hash.ts'

const algorithms = new Map(
  Object.entries({
    md5,
    sha1,
    sha224,
    sha256,
    sha384,
    sha512,
    sha3_224,
    sha3_256,
    sha3_384,
    sha3_512,
    blake2b,
    blake2s,
  }),
)

export function startNobleHash(name: string): RunningHash | undefined {
  const hash = algorithms.get(name)?.create()
  if (hash === undefined) return undefined
  return { update: (bytes) => void hash.update(bytes), hex: () => bytesToHex(hash.digest()) }
}
