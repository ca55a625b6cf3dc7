/** Waiting for what comes in its own time. */

/** @returns what `look` finds once it does not throw any more; after 20 s, throws what it throws. */
export async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const end = performance.now() + 20_000
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
