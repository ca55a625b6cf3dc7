/** One thread that hashes, seen from outside. */
import { Worker } from 'node:worker_threads'
import { UnavailableError } from '@vitrine/core'
import type { HashAnswer, HashMessage } from './hash-messages.ts'

/** A hash that a thread works on. What is asked of it is done in the order in which it was asked. */
export type RunningHash = {
  /** Resolves when the thread has read the memory, which must not change before. */
  readonly update: (memory: SharedArrayBuffer, lengthBytes: number) => Promise<HashAnswer>
  /** In lower-case hex. Nothing more may be asked. */
  readonly digest: () => Promise<HashAnswer>
  /** Frees its place, whatever it has come to. */
  readonly drop: () => void
}

/** It calls createHash and little else. */
const resourceLimits = { stackSizeMb: 1, maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 }

export class HashThread {
  readonly #worker = new Worker(new URL('./thread-main.js', import.meta.url), {
    resourceLimits,
    execArgv: [], // what this process was started with is not for the thread
  })
  /** Those who wait for an answer. */
  readonly #waiting: PromiseWithResolvers<HashAnswer>[] = []
  readonly #running = new Set<number>()
  #begun = 0
  #failure: Error | undefined

  constructor() {
    this.#worker.unref()
    this.#worker.on('message', (answer: HashAnswer) => this.#waiting.shift()?.resolve(answer))
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', () => this.#fail(undefined))
  }

  get load(): number {
    return this.#running.size
  }

  get isDead(): boolean {
    return this.#failure !== undefined
  }

  begin(algorithm: string): RunningHash {
    const hash = ++this.#begun
    // The process stays while a hash runs, and not for the thread's sake alone.
    if (this.#running.size === 0) this.#worker.ref()
    this.#running.add(hash)
    this.#tell({ do: 'begin', hash, algorithm })
    return {
      update: (memory, lengthBytes) => this.#ask({ do: 'update', hash, memory, lengthBytes }),
      digest: () => this.#ask({ do: 'digest', hash }),
      drop: () => {
        if (!this.#running.delete(hash)) return
        this.#tell({ do: 'drop', hash })
        if (this.#running.size === 0) this.#worker.unref()
      },
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #tell(message: HashMessage): void {
    this.#worker.postMessage(message)
  }

  #ask(message: HashMessage): Promise<HashAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const waiting = Promise.withResolvers<HashAnswer>()
    this.#waiting.push(waiting)
    this.#tell(message)
    return waiting.promise
  }

  #fail(cause: unknown): void {
    this.#failure ??= new UnavailableError(
      'Cannot hash image data: the thread that hashes has ended',
      { cause },
    )
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure)
  }
}
