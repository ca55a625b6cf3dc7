/**
 * `npm run bench`: what Vitrine does in a second, and what that costs, beside other services.
 *
 *   options ──► targets: started here, or named by address ──► scenarios, each on every target
 *                                                                   │
 *             bench.json, bench.md, stdout  ◄── report ◄────────────┘
 *
 * docs/performance.md tells what was measured with it, and how to repeat that.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@vitrine/conformance/start-postgres'
import { help, type Options, readOptions, UsageError } from './options.ts'
import { describeMachine } from './report/machine.ts'
import { type Report, toMarkdown } from './report/report.ts'
import { runBenchmark } from './run-benchmark.ts'
import { startOwnService, targetOf } from './target/own-service.ts'
import type { Target } from './target/target.ts'

const progress = (line: string) => console.error(line)

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(help)
  else await bench(options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\nSee npm run bench -- --help`)
  process.exitCode = 2
}

async function bench(options: Options): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const machine = await describeMachine(options.quick)
  const targets: (Target & { readonly startMs?: number })[] = []
  for (const database of options.vitrine)
    targets.push(await startVitrine(database, options, opened))
  targets.push(...options.endpoints)
  if (options.glance) targets.push(await openGlance(opened))

  const { requests, transfers } = await runBenchmark(targets, options, progress)
  const report: Report = {
    at: new Date().toISOString(),
    machine,
    targets: targets.map(({ name, startMs }) => ({ name, startMs })),
    requests,
    transfers,
  }
  const markdown = toMarkdown(report)
  if (options.out !== undefined) {
    await mkdir(options.out, { recursive: true })
    await writeFile(join(options.out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(join(options.out, 'bench.md'), markdown)
  }
  console.log(markdown)
}

async function startVitrine(database: string, options: Options, opened: AsyncDisposableStack) {
  const databaseUrl = await databaseFor(database, opened)
  const directory = options.directory ?? tmpdir()
  // The first start makes tables and an admin; every later one is as the second.
  const service = opened.use(await startOwnService({ directory, databaseUrl }))
  const name = database === 'sqlite' ? 'vitrine' : 'vitrine on PostgreSQL'
  return { ...(await targetOf(service, name)), startMs: service.startMs }
}

/** Loaded where it is asked for: it is no part of what others measure. */
async function openGlance(opened: AsyncDisposableStack): Promise<Target> {
  const { glanceTarget } = await import('./target/glance.ts')
  return opened.use(await glanceTarget())
}

async function databaseFor(database: string, opened: AsyncDisposableStack) {
  if (database === 'sqlite') return undefined
  if (database !== 'postgres') return database
  const server = await startPostgres({ isDurable: true })
  opened.defer(() => server.stop())
  return server.url
}
