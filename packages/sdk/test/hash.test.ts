import { expect, test } from 'vitest'
import { startHash } from '../src/hash.ts'
import { startNobleHash } from '../src/noble-hash.ts'

/** Of the three bytes `abc`. */
const known = {
  md5: '900150983cd24fb0d6963f7d28e17f72',
  sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  sha3_256: '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
  sha512:
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  blake2b:
    'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
}

test.each(Object.entries(known))(
  '%s of bytes in pieces is right with and without Node.js',
  async (algorithm, hex) => {
    for (const hash of [await startHash(algorithm), startNobleHash(algorithm)]) {
      hash?.update(new TextEncoder().encode('a'))
      hash?.update(new TextEncoder().encode('bc'))
      expect(hash?.hex()).toBe(hex)
    }
  },
)

test('an algorithm that nobody knows is undefined', async () => {
  expect(await startHash('crc-of-the-week')).toBeUndefined()
})
