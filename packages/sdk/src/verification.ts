/** Whether the bytes that came are the bytes that the image has. */
import { HashMismatchError } from './errors.ts'
import { startHash } from './hash.ts'
import type { ImageFields, ImageHash } from './image-fields.ts'

export interface Verification {
  update(bytes: Uint8Array): void
  /** @throws {HashMismatchError} when what passed is not the image's data. */
  finish(): void
}

/**
 * Checks against the image's secure hash, or its md5 when that is all there is or all we know.
 *
 * @returns undefined when the image has neither.
 */
export async function startVerifying(
  image: Pick<ImageFields, 'hash' | 'checksum'>,
): Promise<Verification | undefined> {
  const md5: ImageHash | null =
    image.checksum === null ? null : { algorithm: 'md5', value: image.checksum }
  return (await verificationBy(image.hash)) ?? (await verificationBy(md5))
}

async function verificationBy(expected: ImageHash | null): Promise<Verification | undefined> {
  if (expected === null) return undefined
  const running = await startHash(expected.algorithm)
  if (running === undefined) return undefined
  return {
    update: (bytes) => running.update(bytes),
    finish() {
      const actual = running.hex()
      if (actual === expected.value.toLowerCase()) return
      throw new HashMismatchError(expected.algorithm, expected.value, actual)
    },
  }
}
