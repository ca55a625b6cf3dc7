/** One inspector at work on one stream: collects what it asks for, and keeps what it found. */
import type { Ask, Finding, Inspection } from './inspection.ts'

const nothing = Buffer.alloc(0)

export class Examination<Format> {
  readonly format: Format
  readonly #inspection: Inspection
  #ask: Ask | undefined
  /** What has arrived of the part asked for, in memory of our own: chunks are used again. */
  #part = nothing
  #partBytes = 0
  /** Where the last part that was handed over ended: what comes before has passed. */
  #passedBytes = 0
  /** How much of the data has been received. */
  #receivedBytes = 0
  /** Whether the data has the format; undefined while it cannot be said. */
  recognized: boolean | undefined
  /** There once the inspector is through and the data has the format. */
  finding: Finding | undefined

  constructor(format: Format, inspection: Inspection) {
    this.format = format
    this.#inspection = inspection
    this.#answer(inspection.next())
  }

  /** Whether the inspector has nothing more to ask. */
  get isOver(): boolean {
    return this.#ask === undefined
  }

  /** Whether the inspector has asked for the end of the data, and so for nothing that comes before. */
  get awaitsEnd(): boolean {
    return this.#ask?.kind === 'end'
  }

  /** How much memory it holds of the data. */
  get heldBytes(): number {
    return this.#part.length
  }

  /** @param chunk the bytes that follow those of the last call. */
  receive(chunk: Uint8Array): void {
    const chunkStart = this.#receivedBytes
    this.#receivedBytes += chunk.byteLength

    // One chunk may hold several of the parts that the inspector will ask for.
    for (let ask = this.#ask; ask?.kind === 'bytes'; ask = this.#ask) {
      if (ask.start < this.#passedBytes) {
        this.#give(nothing)
        continue
      }
      const from = ask.start + this.#partBytes - chunkStart
      if (from < chunk.byteLength) this.#keep(chunk.subarray(from), ask.length)
      if (this.#partBytes < ask.length) return
      this.#passedBytes = ask.start + ask.length
      this.#give(this.#part)
    }
  }

  /** @param end the last bytes of the data, which is over. */
  finish(end: Buffer): void {
    for (let ask = this.#ask; ask !== undefined; ask = this.#ask) {
      this.#give(
        ask.kind === 'end' ? end.subarray(-ask.length) : this.#part.subarray(0, this.#partBytes),
      )
    }
  }

  #keep(bytes: Uint8Array, partLength: number): void {
    if (this.#partBytes === 0) this.#part = Buffer.alloc(partLength)
    const taken = bytes.subarray(0, partLength - this.#partBytes)
    this.#part.set(taken, this.#partBytes)
    this.#partBytes += taken.byteLength
  }

  #give(answer: Buffer): void {
    this.#part = nothing
    this.#partBytes = 0
    this.#answer(this.#inspection.next(answer))
  }

  #answer(step: IteratorResult<Ask, Finding | undefined>): void {
    if (step.done) {
      this.#ask = undefined
      this.finding = step.value
      this.recognized = step.value !== undefined
    } else if (step.value.kind === 'recognized') {
      this.recognized = true
      this.#give(nothing)
    } else {
      this.#ask = step.value
    }
  }
}
