/**
 * What runs in a thread that hashes: any number of hashes, each fed through shared memory.
 *
 * Plain JavaScript: see main.js.
 */
import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/** @type {Map<number, import('node:crypto').Hash>} */
const hashes = new Map()

parentPort?.on('message', (/** @type {import('./hash-messages.ts').HashMessage} */ message) => {
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

/** @param {import('./hash-messages.ts').HashAnswer} answer */
function answer(answer) {
  parentPort?.postMessage(answer)
}
