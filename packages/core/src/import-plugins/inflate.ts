/** Runs bytes through one of Node's decompressors, at the pace of whoever reads what comes out. */
import type { Gunzip, InflateRaw } from 'node:zlib'
import { InvalidError } from '../errors.ts'
import type { ByteReader } from './byte-reader.ts'

/** How much comes out at once, whatever went in. */
export const chunkBytes = 64 * 1024

/**
 * Decompresses up to the end of the compressed data, where the reader stands then.
 *
 * @throws {InvalidError} when the data is damaged, or ends early.
 * @throws whatever the reader throws.
 */
export async function* inflate(
  input: ByteReader,
  engine: Gunzip | InflateRaw,
): AsyncGenerator<Uint8Array> {
  const feeding = feed(input, engine)
  try {
    for await (const chunk of engine) yield chunk
  } catch (error) {
    throw isDamage(error) ? damaged(error) : error
  } finally {
    engine.destroy()
    await feeding
  }
}

/** Fails by way of the engine, whose reader waits for it. */
async function feed(input: ByteReader, engine: Gunzip | InflateRaw): Promise<void> {
  // A write that waits for room is never answered once the engine is closed.
  const closed = new Promise<undefined>((resolve) => engine.once('close', () => resolve(undefined)))
  try {
    for (let chunk = await input.next(); chunk !== undefined; chunk = await input.next()) {
      const used = await Promise.race([write(engine, chunk), closed])
      if (used === undefined) return
      if (used === chunk.byteLength) continue
      input.back(chunk.subarray(used))
      return
    }
    engine.end()
  } catch (error) {
    engine.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

/** @returns how many of the bytes belonged to the compressed data. */
function write(engine: Gunzip | InflateRaw, chunk: Uint8Array): Promise<number> {
  const before = engine.bytesWritten
  return new Promise((resolve) => {
    engine.write(chunk, () => resolve(engine.bytesWritten - before))
  })
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

export function damaged(cause?: unknown): InvalidError {
  return new InvalidError('Cannot decompress the data: it is damaged, or ends early', { cause })
}
