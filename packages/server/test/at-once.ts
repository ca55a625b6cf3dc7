/** Many requests at the same time, and how they were answered. */
import type { Answer } from './http-client.ts'

export function atOnce<T>(count: number, run: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => run(i)))
}

/** How many answers had each status, such as `{ 201: 5, 413: 15 }`. */
export function countOf(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const byStatus = [...Map.groupBy(answers, ({ status }) => status)]
  return Object.fromEntries(byStatus.map(([status, all]) => [status, all.length]))
}
