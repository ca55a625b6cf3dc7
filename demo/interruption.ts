/** Ctrl-C, or `kill`, as something that can be waited for. */

/** Sooner than this, a second signal is the first one again: npm passes on what the terminal sent. */
const impatientAfterMs = 1000

/**
 * Resolves at the first signal, so that there is time to clean up. Whoever asks again, and means it,
 * ends the process at once.
 */
export function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined
    const onSignal = () => {
      firstAtMs ??= performance.now()
      resolve('interrupted')
      if (performance.now() - firstAtMs > impatientAfterMs) process.exit(130)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}
