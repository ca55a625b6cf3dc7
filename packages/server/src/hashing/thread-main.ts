/** What runs in a thread that hashes: any number of hashes, each fed through shared memory. */
import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { HashAnswer, HashMessage } from './hash-messages.ts'

const hashes = new Map<number, Hash>()

parentPort?.on('message', (message: HashMessage) => {
  const { hash: id } = message
  if (message.do === 'begin') {
    hashes.set(id, createHash(message.algorithm))
    return
  }
  if (message.do === 'update') {
    hashes.get(id)?.update(new Uint8Array(message.memory, 0, message.lengthBytes))
    answer(undefined)
    return
  }
  if (message.do === 'digest') answer(hashes.get(id)?.digest('hex'))
  hashes.delete(id)
})

function answer(answer: HashAnswer): void {
  parentPort?.postMessage(answer)
}
