/**
 * Server-sent events, read from the body of an answer, in Node.js and in browsers alike.
 *
 * `EventSource` is not used: it sends no token, and lets nobody tell a refusal from a broken line.
 *
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */

import { NetworkError } from '../errors.ts'

export type StreamMessage = {
  /** The last id that was sent, with this message or before it; empty for none. */
  readonly id: string
  /** Undefined for a message that only carries its id. */
  readonly data: string | undefined
}

/**
 * @param idleMs after which a body that brings nothing counts as ended.
 * @throws {NetworkError} when it breaks off.
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  idleMs: number,
): AsyncGenerator<StreamMessage, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let id = ''
  try {
    for (;;) {
      const bytes = await within(idleMs, reader)
      if (bytes === undefined) return
      text += decoder.decode(bytes, { stream: true })
      const blocks = text.split(/\r?\n\r?\n/)
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const message = parseBlock(block, id)
        id = message.id
        yield message
      }
    }
  } finally {
    // Also when whoever iterates leaves early.
    await reader.cancel().catch(() => {})
  }
}

/** @returns undefined at the end, and when nothing came in time. */
async function within(
  idleMs: number,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const idle = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), idleMs)
  })
  const next = reader.read().then(
    ({ value }) => value,
    (cause) => {
      throw new NetworkError('Cannot follow events: the connection broke off', { cause })
    },
  )
  return Promise.race([next, idle]).finally(() => clearTimeout(timer))
}

function parseBlock(block: string, idBefore: string): StreamMessage {
  let id = idBefore
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) ?? []
    if (name === 'id') id = value
    if (name === 'data') data.push(value)
  }
  return { id, data: data.length === 0 ? undefined : data.join('\n') }
}
