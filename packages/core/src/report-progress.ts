/** Passes bytes on, and says now and then how many have come. */
import type { Progress } from './task-runner.ts'

const everyMs = 2000

/** @param still runs before each report; what it throws ends the bytes. */
export async function* reportProgress(
  bytes: AsyncIterable<Uint8Array>,
  progress: Progress,
  still: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let sentBytes = 0
  let nextAt = performance.now() + everyMs
  for await (const chunk of bytes) {
    progress.signal.throwIfAborted()
    sentBytes += chunk.byteLength
    yield chunk
    if (performance.now() < nextAt) continue
    await still()
    await progress.say(`Copied ${Math.floor(sentBytes / 2 ** 20)} MiB`)
    nextAt = performance.now() + everyMs
  }
}
