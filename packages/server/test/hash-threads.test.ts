/** Hashing beside the main thread: what it shares, what it leaves behind, and what ends it. */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { describeHashing } from '@vitrine/conformance'
import { hashInPlace, UnavailableError } from '@vitrine/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HashThreads } from '../src/hashing/hash-threads.ts'

describeHashing('hashInPlace', () => ({ hashing: hashInPlace, close: async () => undefined }))
describeHashing('HashThreads', () => {
  const hashing = new HashThreads(2)
  return { hashing, close: () => hashing[Symbol.asyncDispose]() }
})

const data = randomBytes(4_000_000)

async function* arriving(bytes = data, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes)
    yield bytes.subarray(at, at + chunkBytes)
}

function openThreads(): HashThreads {
  const hashing = new HashThreads(2)
  onTestFinished(() => hashing[Symbol.asyncDispose]())
  return hashing
}

async function largestPiece(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let largest = 0
  for await (const piece of bytes) largest = Math.max(largest, piece.byteLength)
  return largest
}

const pass = (hashing: HashThreads) => hashing.hash(arriving(), ['md5', 'sha512']).bytes

describe('HashThreads', () => {
  test('gives pieces of a MiB, as long as few transfers hold any', async () => {
    const hashing = openThreads()
    const held = Array.from({ length: 200 }, () => pass(hashing)[Symbol.asyncIterator]())
    await Promise.all(held.map((one) => one.next()))
    expect(await largestPiece(pass(hashing))).toBeLessThan(262_144)
    // Abandoned, they give back what they held, once both threads are through with it.
    await Promise.all(held.map((one) => one.return?.()))
    expect(await largestPiece(pass(hashing))).toBe(1_048_576)
  })

  test('passes few bytes on as they come', async () => {
    const few = data.subarray(0, 300_000)
    const { bytes } = openThreads().hash(arriving(few), ['md5'], few.byteLength)
    expect(await largestPiece(bytes)).toBe(65_536)
  })

  test('fails the transfers of a thread that dies, and goes on with another thread', async () => {
    const hashing = openThreads()
    const failing = hashing.hash(arriving(), ['md5', 'no such algorithm']).bytes
    await expect(largestPiece(failing)).rejects.toThrow(UnavailableError)

    const { bytes, digests } = hashing.hash(arriving(), ['md5', 'sha512'])
    await largestPiece(bytes)
    expect(await digests()).toEqual(
      ['md5', 'sha512'].map((algorithm) => createHash(algorithm).update(data).digest('hex')),
    )
  })

  test('does not keep a process alive that has hashed', async () => {
    const source = new URL('../src/hashing/hash-threads.ts', import.meta.url)
    const program = `
      import { HashThreads } from ${JSON.stringify(source.href)}
      async function* chunks() { yield new Uint8Array(2_000_000) }
      const { bytes, digests } = new HashThreads().hash(chunks(), ['md5'])
      for await (const _ of bytes);
      console.log((await digests())[0])`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { timeout: 20_000 },
    )
    const zeros = new Uint8Array(2_000_000)
    expect(stdout.trim()).toBe(createHash('md5').update(zeros).digest('hex'))
  })
})
