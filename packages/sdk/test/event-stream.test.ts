/** Streams of events as they may come: in any pieces, with what the standard allows between. */
import { expect, test } from 'vitest'
import { readMessages, type StreamMessage } from '../src/sharing/event-stream.ts'

function bodyOf(pieces: readonly string[], end = true): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      if (end) controller.close()
    },
  })
}

async function read(body: ReadableStream<Uint8Array>, idleMs = 1000): Promise<StreamMessage[]> {
  return Array.fromAsync(readMessages(body, idleMs))
}

const text =
  'id: 7\n\n:comment\n\nevent: ignored\nid: 8\ndata: {"a":\ndata: "ü"}\n\ndata:tight\nunknown\n\n'
const expected = [
  { id: '7', data: undefined },
  { id: '7', data: undefined },
  { id: '8', data: '{"a":\n"ü"}' },
  { id: '8', data: 'tight' },
]

test('are read alike whole, letter by letter, and with other line ends', async () => {
  expect(await read(bodyOf([text]))).toEqual(expected)
  const bytes = new TextEncoder().encode(text)
  const letters = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  expect(await read(letters)).toEqual(expected)
  expect(await read(bodyOf([text.replaceAll('\n', '\r\n')]))).toEqual(expected)
})

test('that break off in a message leave it out', async () => {
  expect(await read(bodyOf(['id: 1\ndata: a\n\n', 'id: 2\ndata: b\n']))).toEqual([
    { id: '1', data: 'a' },
  ])
})

test('that bring nothing any more end', async () => {
  expect(await read(bodyOf(['data: a\n\n'], false), 30)).toEqual([{ id: '', data: 'a' }])
})

test('are closed when whoever reads them leaves', async () => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: a\n\n')),
    cancel: () => {
      cancelled = true
    },
  })
  for await (const message of readMessages(body, 1000)) {
    expect(message.data).toBe('a')
    break
  }
  expect(cancelled).toBe(true)
})
