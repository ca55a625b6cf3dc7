/** The body of an answer, at the pace of whoever reads it; it ends well only when all of it came. */
import type { IncomingMessage } from 'node:http'
import { UnavailableError } from '@vitrine/core'
import { type Stopwatch, TooSlowError } from './stopwatch.ts'

export type Body = {
  readonly host: string
  readonly answer: IncomingMessage
  readonly sizeBytes: number | undefined
  readonly stopwatch: Stopwatch
  readonly idleMs: number
}

/**
 * @throws {UnavailableError} when the connection breaks or stalls.
 * @throws the reason of the caller's signal when it is aborted.
 */
export async function* readBody(body: Body): AsyncGenerator<Uint8Array, void, undefined> {
  const { answer, sizeBytes, stopwatch } = body
  const chunks: AsyncIterable<Uint8Array> = answer
  let receivedBytes = 0
  try {
    waitForMore(body)
    for await (const chunk of chunks) {
      receivedBytes += chunk.length
      stopwatch.pause() // the reader may take its time
      yield chunk
      waitForMore(body)
    }
    if (!answer.complete || receivedBytes !== (sizeBytes ?? receivedBytes)) {
      throw new Error('the answer ended early')
    }
  } catch (error) {
    throw interrupted(body, receivedBytes, error)
  } finally {
    stopwatch.stop()
    answer.destroy()
  }
}

function waitForMore({ stopwatch, idleMs }: Body): void {
  stopwatch.limitStep(idleMs, `nothing came for ${idleMs / 1000} seconds`)
}

function interrupted({ host, stopwatch }: Body, receivedBytes: number, error: unknown): unknown {
  const reason: unknown = stopwatch.signal.aborted ? stopwatch.signal.reason : undefined
  if (stopwatch.signal.aborted && !(reason instanceof TooSlowError)) return reason
  const what = reason instanceof TooSlowError ? reason.message : 'the connection broke'
  return new UnavailableError(
    `Cannot fetch all data from "${host}": ${what}, after ${receivedBytes} bytes`,
    { cause: error },
  )
}
