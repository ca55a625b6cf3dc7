/** What the process itself takes. Looked up when somebody reads, and so free until then. */
import { performance } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

export function measureProcess(metrics: Metrics): void {
  const startedSeconds = Date.now() / 1000 - process.uptime()
  let before = performance.eventLoopUtilization()

  metrics.total('process_cpu_seconds_total', 'Processor time, of all threads.', ['mode'], () => {
    const { user, system } = process.cpuUsage()
    return [
      [user / 1e6, { mode: 'user' }],
      [system / 1e6, { mode: 'system' }],
    ]
  })
  metrics.level('process_resident_memory_bytes', 'Memory that is in use.', [], () => [
    [process.memoryUsage.rss(), {}],
  ])
  metrics.level('process_start_time_seconds', 'When it started, since 1970.', [], () => [
    [startedSeconds, {}],
  ])
  metrics.level('nodejs_heap_size_used_bytes', 'Of which JavaScript uses.', [], () => [
    [process.memoryUsage().heapUsed, {}],
  ])
  metrics.level(
    'nodejs_eventloop_utilization',
    'How busy the main thread was since this was last read, from 0 to 1.',
    [],
    () => {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      return [[utilization, {}]]
    },
  )
}
