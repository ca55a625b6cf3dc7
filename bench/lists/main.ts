/**
 * `npm run bench:lists`: what a page of 25 images costs among few images and among many.
 *
 * Asks the records, on SQLite and PostgreSQL, the same questions at each size, and prints a table of
 * times with the ratio of the largest size to the smallest, and on request the query plans.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@vitrine/conformance/start-postgres'
import { imageRecords, openDatabase } from '@vitrine/records'
import { sql } from 'kysely'
import { explain } from './explain.ts'
import { measure, type Timing } from './measure.ts'
import { questions } from './questions.ts'
import { fill } from './world.ts'

const help = `Usage: npm run bench:lists -- [--sizes 1000,1000000] [--database sqlite] [--plans]

  --sizes      how many images, the smallest first (default 1000,100000)
  --database   sqlite or postgres (default: both, one after the other)
  --plans      print the query plans as well, at the largest size
  --json FILE  keep the times

A million images take about 4 GB on disk, in the temporary directory, and some ten minutes to make.
`

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,100000' },
    database: { type: 'string' },
    plans: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

type Result = { readonly database: string; readonly size: number; readonly timings: Timing[] }

if (options.help) console.log(help)
else await bench()

async function bench(): Promise<void> {
  const sizes = options.sizes.split(',').map(Number)
  const results: Result[] = []
  for (const name of options.database === undefined ? ['sqlite', 'postgres'] : [options.database]) {
    for (const size of sizes) {
      const timings = await onDatabase(name, (url) => measureAt(url, size, size === sizes.at(-1)))
      results.push({ database: name, size, timings })
    }
    printTable(results.filter(({ database }) => database === name))
  }
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(results, null, 2))
}

async function onDatabase<T>(name: string, work: (url: string) => Promise<T>): Promise<T> {
  if (name === 'postgres') {
    const server = await startPostgres()
    return work(server.url).finally(() => server.stop())
  }
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-lists-'))
  return work(`sqlite:${join(directory, 'vitrine.sqlite')}`).finally(() =>
    rm(directory, { recursive: true }),
  )
}

async function measureAt(url: string, size: number, isLargest: boolean): Promise<Timing[]> {
  await using database = await openDatabase(url)
  const start = performance.now()
  await fill(database, size, (done) => {
    if (done % 50_000 === 0) console.error(`${database.dialect}: ${done} of ${size} images`)
  })
  console.error(`${database.dialect}: ${size} images in ${seconds(performance.now() - start)} s`)
  // As the server does by itself after a while.
  if (database.dialect === 'postgres') await sql`vacuum analyze`.execute(database.read)

  const timings: Timing[] = []
  for (const question of questions) {
    timings.push(await measure(imageRecords(database), question))
    if (options.plans && isLargest) {
      const plan = await explain(database, question.query)
      console.log([`\n${database.dialect}: ${question.name}`, ...plan].join('\n  '))
    }
  }
  return timings
}

function printTable(results: readonly Result[]): void {
  const [smallest] = results
  const largest = results.at(-1)
  if (smallest === undefined || largest === undefined) return
  console.log(
    `\n| ${smallest.database}: page of 25 | ${results.map(({ size }) => `${size} images`).join(' | ')} | ratio | later page |  ratio |`,
  )
  console.log(`| --- | ${results.map(() => '---').join(' | ')} | --- | --- | --- |`)
  for (const [i, few] of smallest.timings.entries()) {
    const many = largest.timings[i]
    if (many === undefined) continue
    const times = results.map(({ timings }) => milliseconds(timings[i]?.firstPageMs))
    console.log(
      `| ${few.question} | ${times.join(' | ')} | ${ratio(few.firstPageMs, many.firstPageMs)} ` +
        `| ${milliseconds(many.laterPageMs)} | ${ratio(few.laterPageMs, many.laterPageMs)} |`,
    )
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0)
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${ms.toFixed(2)} ms`
}

function ratio(few: number, many: number): string {
  return (many / few).toFixed(1)
}
