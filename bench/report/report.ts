/** What was measured, as data that is kept and as tables that are read. */
import type { Load } from '../load/run-load.ts'
import type { Transfer } from '../scenarios/transfers.ts'
import type { Machine } from './machine.ts'

/** By the name of the target; a sentence where it could not be measured. */
export type Results<Measured> = Readonly<Record<string, Measured | { readonly problem: string }>>

export type RequestRow = {
  readonly scenario: string
  readonly title: string
  readonly connections: number
  readonly results: Results<Load>
}

export type TransferRow = {
  readonly scenario: string
  readonly title: string
  readonly results: Results<Transfer>
}

export type Report = {
  readonly at: string
  readonly machine: Machine
  readonly targets: readonly { readonly name: string; readonly startMs: number | undefined }[]
  readonly requests: readonly RequestRow[]
  readonly transfers: readonly TransferRow[]
}

export function toMarkdown(report: Report): string {
  const { machine, targets } = report
  return [
    '# Benchmark',
    '',
    `${report.at}, ${machine.cores} × ${machine.processor}, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ` +
      `${machine.system}, Node ${machine.node}; load before it began: ${machine.loadBefore.toFixed(1)}`,
    '',
    ...table(
      ['the machine itself', ''],
      Object.entries(machine.limits).map(([name, limit]) => [name, limit]),
    ),
    ...startTable(targets),
    ...requestTable(report),
    ...transferTable(report),
    '`*`: the generator of requests was as busy as it can be, so the server may do more.',
    '',
  ].join('\n')
}

function startTable(targets: Report['targets']): string[] {
  const started = targets.flatMap(({ name, startMs }) =>
    startMs === undefined ? [] : [[name, `${startMs.toFixed(0)} ms`]],
  )
  return started.length === 0 ? [] : table(['start', 'until it listens'], started)
}

function requestTable({ requests, targets }: Report): string[] {
  if (requests.length === 0) return []
  const names = targets.map(({ name }) => name)
  const head = ['requests', 'clients', ...names.flatMap(requestColumns), ...ratioHeads(names)]
  const rows = requests.map(({ title, connections, results }) => [
    title,
    String(connections),
    ...names.flatMap((name) => requestCells(results[name])),
    ...ratios(names, (name) => measured(results[name])?.perSecond),
  ])
  return table(head, rows)
}

const requestColumns = (name: string) => [`${name}: per second`, 'p50 ms', 'p99 ms', 'CPU ms']

function requestCells(result: Results<Load>[string] | undefined): string[] {
  const load = measured(result)
  if (load === undefined) return [problemOf(result), '', '', '']
  const mark = load.generatorBusy > 0.95 ? '*' : ''
  return [
    significant(load.perSecond) + mark,
    load.p50Ms.toFixed(2),
    load.p99Ms.toFixed(2),
    load.cpuPerRequestMs?.toFixed(3) ?? '',
  ]
}

function transferTable({ transfers, targets }: Report): string[] {
  if (transfers.length === 0) return []
  const names = targets.map(({ name }) => name)
  const head = ['image data', ...names.flatMap(transferColumns), ...ratioHeads(names)]
  const rows = transfers.map(({ title, results }) => [
    title,
    ...names.flatMap((name) => transferCells(results[name])),
    ...ratios(names, (name) => measured(results[name])?.megabytesPerSecond),
  ])
  return table(head, rows)
}

const transferColumns = (name: string) => [`${name}: MB/s`, 'CPU-s/GB', 'memory, peak MiB']

function transferCells(result: Results<Transfer>[string] | undefined): string[] {
  const transfer = measured(result)
  if (transfer === undefined) return [problemOf(result), '', '']
  const { megabytesPerSecond, cpuSecondsPerGigabyte, memoryBeforeBytes, peakMemoryBytes } = transfer
  return [
    significant(megabytesPerSecond),
    cpuSecondsPerGigabyte?.toFixed(2) ?? '',
    peakMemoryBytes === undefined
      ? ''
      : `${mebibytes(memoryBeforeBytes)} → ${mebibytes(peakMemoryBytes)}`,
  ]
}

function ratioHeads([first, ...others]: readonly string[]): string[] {
  return others.map((other) => `${first} ÷ ${other}`)
}

function ratios(
  [first = '', ...others]: readonly string[],
  worthOf: (name: string) => number | undefined,
): string[] {
  return others.map((other) => {
    const [a, b] = [worthOf(first), worthOf(other)]
    return a === undefined || b === undefined ? '' : `**${significant(a / b)}**`
  })
}

function measured<Measured extends object>(
  result: Measured | { readonly problem: string } | undefined,
): Measured | undefined {
  return result === undefined || 'problem' in result ? undefined : result
}

function problemOf(result: object | undefined): string {
  return result !== undefined && 'problem' in result ? String(result.problem) : ''
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'))
  return [line(head), line(rule), ...rows.map(line), '']
}

function mebibytes(bytes = 0): string {
  return (bytes / 2 ** 20).toFixed(0)
}

/** Three digits that mean something. */
function significant(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
