/**
 * Tells a story step by step: what was done, what came of it, and how long that took.
 *
 *   The consumer
 *    ✓ 10  downloads it while still pending  48.4 MiB, sha512 is right     412 ms
 *
 * On a terminal the line is there from the start and changes while the step is under way; anywhere
 * else it is written once, when the step is over.
 */
import { performance } from 'node:perf_hooks'
import { styleText } from 'node:util'
import { ExpectationError } from './expectation.ts'
import { duration } from './units.ts'

/** A terminal, a file or a pipe. */
export type Screen = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What is known of the outcome. What was said last stays. */
export type Say = (outcome: string) => void

/** A step that went otherwise; the message says which, what was expected and what was found. */
export class StepError extends Error {
  override readonly name = 'StepError'
}

type Style = Parameters<typeof styleText>[0]
type Mark = { readonly sign: string; readonly style: Style }

const marks = {
  underWay: { sign: '·', style: 'dim' },
  done: { sign: '✓', style: 'green' },
  skipped: { sign: '-', style: 'yellow' },
  failed: { sign: '✗', style: 'red' },
} satisfies Record<string, Mark>

const actionWidth = 33
const outcomeWidth = 28
const timeWidth = 7
const redrawEveryMs = 40

export class Narrator {
  readonly #screen: Screen
  readonly #startedMs = performance.now()
  #steps = 0
  #silent = false

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** How many steps were told, the skipped ones among them. */
  get steps(): number {
    return this.#steps
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs
  }

  chapter(title: string): void {
    this.say(`\n${this.#styled('bold', title)}`)
  }

  /** Writes a line that is no step. */
  say(line: string): void {
    if (!this.#silent) this.#screen.write(`${line}\n`)
  }

  /** @throws {StepError} when `work` throws. */
  async step<T>(action: string, work: (say: Say) => Promise<T>): Promise<T> {
    this.#steps += 1
    const startedMs = performance.now()
    const said = { outcome: '', atMs: Number.NEGATIVE_INFINITY }
    const say: Say = (outcome) => {
      said.outcome = outcome
      if (performance.now() - said.atMs < redrawEveryMs) return
      said.atMs = performance.now()
      this.#draw(this.#line(marks.underWay, action, outcome))
    }
    const end = (mark: Mark) => {
      const time = duration(performance.now() - startedMs).padStart(timeWidth)
      this.#finish(`${this.#line(mark, action, said.outcome)} ${time}`)
    }

    this.#draw(this.#line(marks.underWay, action, ''))
    try {
      const result = await work(say)
      end(marks.done)
      return result
    } catch (error) {
      end(marks.failed)
      throw new StepError(
        `Step ${this.#steps}, "${action}", went otherwise. ${expectationOf(error)}`,
        { cause: error },
      )
    }
  }

  /** Tells a step that cannot be taken here, and why. */
  skip(action: string, why: string): void {
    this.#steps += 1
    this.#finish(this.#line(marks.skipped, action, `skipped: ${why}`))
  }

  /** Says nothing more, whatever is still under way. */
  fallSilent(): void {
    this.#silent = true
  }

  #line(mark: Mark, action: string, outcome: string): string {
    const number = String(this.#steps).padStart(2)
    const sign = this.#styled(mark.style, mark.sign)
    const shown = shortened(outcome, outcomeWidth).padEnd(outcomeWidth)
    return ` ${sign} ${number}  ${action.padEnd(actionWidth)} ${shown}`
  }

  /** Shows a line that will change. */
  #draw(line: string): void {
    if (this.#screen.isTTY && !this.#silent) this.#screen.write(`\r\x1b[K${line.trimEnd()}`)
  }

  #finish(line: string): void {
    this.say(this.#screen.isTTY ? `\r\x1b[K${line}` : line)
  }

  #styled(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#screen })
  }
}

function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1).trimEnd()}…` : text
}

function expectationOf(error: unknown): string {
  if (error instanceof ExpectationError) return error.message
  return `Expected it to succeed; found ${String(error)}`
}
