/**
 * Runs every scenario on every target, one after the other: so that whatever else the machine does
 * for a while falls on all targets alike.
 */
import { runLoad } from './load/run-load.ts'
import { ServerUsage } from './load/server-usage.ts'
import type { Options } from './options.ts'
import type { RequestRow, Results, TransferRow } from './report/report.ts'
import { type RequestScenario, requestScenarios } from './scenarios/request-scenarios.ts'
import { runTransfers, transferScenarios } from './scenarios/transfers.ts'
import { World } from './scenarios/world.ts'
import { addressOf, type Target } from './target/target.ts'

type Site = {
  readonly world: World
  readonly usage: ServerUsage | undefined
  /** More images than this it could not make in time. */
  mostImages: number
}

type Progress = (line: string) => void

export async function runBenchmark(
  targets: readonly Target[],
  options: Options,
  progress: Progress,
): Promise<{ requests: RequestRow[]; transfers: TransferRow[] }> {
  const sites: Site[] = []
  for (const target of targets) {
    const usage = await ServerUsage.of(addressOf(target))
    progress(`${target.name}: ${target.url}, ${processesOf(usage)}`)
    sites.push({ world: await World.open(target), usage, mostImages: Number.POSITIVE_INFINITY })
  }
  try {
    return {
      requests: await measureRequests(sites, options, progress),
      transfers: await measureTransfers(sites, options, progress),
    }
  } finally {
    if (!options.keep) for (const { world } of sites) await cleanUp(world, progress)
  }
}

function processesOf(usage: ServerUsage | undefined): string {
  if (usage === undefined) return 'whose processes cannot be seen'
  return `${usage.processIds.length === 1 ? 'process' : 'processes'} ${usage.processIds.join(', ')}`
}

async function measureRequests(sites: readonly Site[], options: Options, progress: Progress) {
  const rows: RequestRow[] = []
  for (const scenario of requestScenarios(options.sizes).filter(({ name }) =>
    isChosen(name, options),
  )) {
    for (const site of sites) await prepare(site, scenario, options, progress)
    for (const connections of options.connections) {
      const results = await onEach(sites, (site) => measure(site, scenario, connections, options))
      rows.push({ scenario: scenario.name, title: scenario.title, connections, results })
      progress(
        `${scenario.title}, ${connections} at once: ${summary(results, (one) => `${Math.round(one.perSecond)}/s`)}`,
      )
    }
  }
  return rows
}

async function measureTransfers(sites: readonly Site[], options: Options, progress: Progress) {
  const rows: TransferRow[] = []
  for (const scenario of transferScenarios(options.mib).filter(({ name }) =>
    isChosen(name, options),
  )) {
    const results = await onEach(sites, async ({ world, usage }) =>
      best(
        options.rounds,
        () => runTransfers(world, scenario, options, usage),
        (one) => one.megabytesPerSecond,
      ),
    )
    rows.push({ scenario: scenario.name, title: scenario.title, results })
    progress(
      `${scenario.title}: ${summary(results, (one) => `${Math.round(one.megabytesPerSecond)} MB/s`)}`,
    )
  }
  return rows
}

/** `list` chooses the lists among all sizes. */
function isChosen(name: string, { only }: Options): boolean {
  return only === undefined || only.has(name) || only.has(name.replace(/-\d+$/, ''))
}

async function prepare(
  site: Site,
  { images }: RequestScenario,
  { fillSeconds }: Options,
  progress: Progress,
): Promise<void> {
  const { world } = site
  if (images > site.mostImages || world.images.length >= images) return
  progress(`${world.target.name}: making ${images - world.images.length} images`)
  const isFull = await world.fill(images, fillSeconds)
  if (!isFull) site.mostImages = world.images.length
  await world.shareSome()
}

async function measure(
  { world, usage, mostImages }: Site,
  scenario: RequestScenario,
  connections: number,
  { seconds, rounds }: Options,
) {
  if (scenario.images > mostImages) {
    throw new Error(`only ${mostImages} images could be made in time`)
  }
  if (scenario.needsConsumer && world.consumerProject === undefined) {
    throw new Error('no --consumer-token')
  }
  const supply = scenario.supply(world)
  const warmUpSeconds = Math.min(1, seconds / 4)
  const once = () =>
    runLoad({ address: world.address, connections, warmUpSeconds, seconds, supply, usage })
  return best(rounds, once, (load) => load.perSecond)
}

/** What disturbs a measurement makes it slower, and nothing makes it faster than it can be. */
async function best<Measured>(
  rounds: number,
  run: () => Promise<Measured>,
  worth: (measured: Measured) => number,
): Promise<Measured> {
  let champion = await run()
  for (let round = 1; round < rounds; round++) {
    const challenger = await run()
    if (worth(challenger) > worth(champion)) champion = challenger
  }
  return champion
}

/** One target that fails keeps nobody from measuring the others. */
async function onEach<Measured>(
  sites: readonly Site[],
  run: (site: Site) => Promise<Measured>,
): Promise<Results<Measured>> {
  const results: Record<string, Measured | { readonly problem: string }> = {}
  for (const site of sites) {
    results[site.world.target.name] = await run(site).catch((error: unknown) => ({
      problem: error instanceof Error ? error.message : String(error),
    }))
  }
  return results
}

function summary<Measured>(
  results: Results<Measured>,
  show: (measured: Measured) => string,
): string {
  return Object.entries(results)
    .map(([name, result]) => `${name} ${isProblem(result) ? result.problem : show(result)}`)
    .join(', ')
}

function isProblem(result: unknown): result is { readonly problem: string } {
  return typeof result === 'object' && result !== null && 'problem' in result
}

async function cleanUp(world: World, progress: Progress): Promise<void> {
  progress(`${world.target.name}: deleting ${world.images.length} images`)
  await world.deleteAll()
}
