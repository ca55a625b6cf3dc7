/**
 * Whether the service can do its work: what it stands on answers, and it is not about to stop.
 *
 * Anyone may ask as often as they like: an answer counts for a second, a part is asked once at a
 * time, and one that does not answer is not waited for.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { tellable } from '@vitrine/core'

/** Rejects when the part cannot be used. */
export type Check = () => Promise<void>

export type Verdict = {
  readonly ready: boolean
  /** By its name, `ok` or what is wrong with it. */
  readonly parts: Readonly<Record<string, string>>
}

export type ReadinessOptions = {
  /** Hears when a part fails, and when it is well again. */
  readonly tell: (name: string, failure: unknown) => void
  /** How long a part may take to answer. */
  readonly patienceMs?: number
}

const freshMs = 1000

export class Readiness {
  readonly #parts: readonly Part[]
  #verdict: Promise<Verdict> | undefined
  #askedAtMs = Number.NEGATIVE_INFINITY
  #stopping = false

  constructor(checks: Readonly<Record<string, Check>>, options: ReadinessOptions) {
    this.#parts = Object.entries(checks).map(([name, check]) => new Part(name, check, options))
  }

  /** From now on it is not ready. */
  stop(): void {
    this.#stopping = true
  }

  async ask(): Promise<Verdict> {
    if (this.#stopping) return { ready: false, parts: { service: 'it is stopping' } }
    const now = performance.now()
    if (this.#verdict === undefined || now - this.#askedAtMs > freshMs) {
      this.#askedAtMs = now
      this.#verdict = this.#look()
    }
    return this.#verdict
  }

  async #look(): Promise<Verdict> {
    const looks = this.#parts.map(async (part) => [part.name, await part.look()] as const)
    const found = await Promise.all(looks)
    return { ready: found.every(([, state]) => state === 'ok'), parts: Object.fromEntries(found) }
  }
}

class Part {
  readonly name: string
  readonly #check: Check
  readonly #tell: ReadinessOptions['tell']
  readonly #patienceMs: number
  #looking: Promise<string> | undefined
  #failed = false

  constructor(name: string, check: Check, { tell, patienceMs = 2000 }: ReadinessOptions) {
    this.name = name
    this.#check = check
    this.#tell = tell
    this.#patienceMs = patienceMs
  }

  async look(): Promise<string> {
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = undefined
    })
    const waiting = new AbortController()
    const lateness = `it does not answer within ${this.#patienceMs} ms`
    const late = sleep(this.#patienceMs, lateness, { signal: waiting.signal, ref: false })
    late.catch(() => undefined) // it is given up below
    try {
      return await Promise.race([this.#looking, late])
    } finally {
      waiting.abort()
    }
  }

  async #ask(): Promise<string> {
    try {
      await this.#check()
      if (this.#failed) this.#tell(this.name, undefined)
      this.#failed = false
      return 'ok'
    } catch (error) {
      // Once, and not for every question of every load balancer.
      if (!this.#failed) this.#tell(this.name, error)
      this.#failed = true
      return tellable(error)
    }
  }
}
