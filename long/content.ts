/** Image data that can be made again from its name. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export type Content = { readonly name: string; readonly sizeBytes: number }

/** A small pool, so that many images carry the same; some are long enough for several parts on S3. */
export const contents: readonly Content[] = [
  0, 1, 700, 70_000, 900_000, 3_000_000, 12_000_000,
].flatMap((sizeBytes) => ['a', 'b'].map((name) => ({ name, sizeBytes })))

export function bytesOf({ name, sizeBytes }: Content): Buffer {
  return Buffer.alloc(sizeBytes, createHash('sha256').update(name).digest())
}

export function sha512(bytes: Uint8Array): string {
  return createHash('sha512').update(bytes).digest('hex')
}

/** In pieces, with a rest between them, so that there is a middle to be killed in. */
export async function* slowly(bytes: Buffer, pieces: number, restMs: number) {
  const length = Math.max(1, Math.ceil(bytes.byteLength / pieces))
  for (let start = 0; start < bytes.byteLength; start += length) {
    yield new Uint8Array(bytes.subarray(start, start + length))
    await sleep(restMs * Math.random())
  }
}
