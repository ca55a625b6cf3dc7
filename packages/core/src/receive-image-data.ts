/**
 * Moves arriving bytes into a store, and measures them on the way.
 *
 * It happens here once, so that stores only move bytes. A chunk is asked for when the store has
 * taken the last one, so memory does not grow with the image.
 */
import { type Expectations, type Measured, measure } from './measure.ts'
import type { ObjectStore } from './ports/object-store.ts'

/** @throws what `measure` throws, and what the store throws. */
export async function receiveImageData(
  store: ObjectStore,
  key: string,
  bytes: AsyncIterable<Uint8Array>,
  expected: Expectations,
): Promise<Measured> {
  const measurement = measure(bytes, expected)
  await store.put(key, measurement.bytes)
  return measurement.result()
}
