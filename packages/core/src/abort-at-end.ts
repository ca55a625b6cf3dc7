/**
 * A signal for what is opened within a block: aborted with `signal`, and when the block is left. For
 * connections that stay open until they are read to their end or aborted.
 *
 *   using leaving = abortAtEnd(signal)
 */
export function abortAtEnd(signal: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const leaving = new AbortController()
  return {
    signal: AbortSignal.any([signal, leaving.signal]),
    [Symbol.dispose]: () => leaving.abort(),
  }
}
