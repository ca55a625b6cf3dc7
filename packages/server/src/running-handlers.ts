/**
 * Closing waits for every handler, also one whose client is gone: it may be putting things right,
 * and needs the database for it.
 */
import type { FastifyInstance } from 'fastify'

export type Track = <T>(running: Promise<T>) => Promise<T>

export function trackToTheEnd(app: FastifyInstance): Track {
  const running = new Set<Promise<unknown>>()
  app.addHook('onClose', async () => {
    await Promise.allSettled(running)
  })
  return (handling) => {
    running.add(handling)
    return handling.finally(() => running.delete(handling))
  }
}
