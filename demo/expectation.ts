/** What the story promises, checked while it is told. A broken promise says both sides. */
import { isDeepStrictEqual } from 'node:util'
import { HttpError } from '@vitrine/sdk'

/** Something went otherwise than told. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError'

  constructor(expected: string, found: string, options?: ErrorOptions) {
    super(`Expected ${expected}; found ${found}`, options)
  }
}

/** @throws {ExpectationError} when what was found is not what was expected, in all its parts. */
export function expectSame<T>(what: string, found: T, expected: T): void {
  if (isDeepStrictEqual(found, expected)) return
  throw new ExpectationError(`${what} to be ${JSON.stringify(expected)}`, JSON.stringify(found))
}

type Refusal = abstract new (...args: never[]) => HttpError

/**
 * Waits for a call that must be refused.
 *
 * @returns the refusal in a few words: `403 ForbiddenError`.
 * @throws {ExpectationError} when the call succeeds, or fails with anything but a `refusal`.
 */
export async function expectRefusal(call: Promise<unknown>, refusal: Refusal): Promise<string> {
  const found = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (found === undefined) throw new ExpectationError(refusal.name, 'that it was allowed')
  const { error } = found
  if (error instanceof HttpError && error instanceof refusal) return inShort(error)
  throw new ExpectationError(refusal.name, inShort(error), { cause: error })
}

function inShort(error: unknown): string {
  return error instanceof HttpError ? `${error.status} ${error.name}` : String(error)
}
