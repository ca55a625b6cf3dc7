/** How long a page takes: the first one, and one from the middle of a long list. */
import type { Records } from '@vitrine/core'
import type { Question } from './questions.ts'

export type Timing = {
  readonly question: string
  /** Medians. */
  readonly firstPageMs: number
  readonly laterPageMs: number
  /** Of the first page. */
  readonly images: number
}

const rounds = 60
/** Where the later page begins, in pages. */
const later = 20

export async function measure(records: Records, { name, query }: Question): Promise<Timing> {
  const first = await records.listImages(query)
  let after = first.at(-1)
  for (let page = 1; page < later && after !== undefined; page++) {
    after = (await records.listImages({ ...query, after })).at(-1) ?? after
  }
  return {
    question: name,
    images: first.length,
    firstPageMs: await medianMs(() => records.listImages(query)),
    laterPageMs: await medianMs(() => records.listImages({ ...query, after })),
  }
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[rounds / 2] ?? Number.NaN
}
