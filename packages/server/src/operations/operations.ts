/**
 * What operators see of the service, put together: each part is loaded only where it is wanted, and
 * costs nothing where it is not.
 */
import { type Backlog, RequestRate } from '@vitrine/core'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { healthRoutes } from './health.ts'
import type { Metrics } from './metrics.ts'
import type { ObserveStore } from './observed-store.ts'
import type { OperationsSettings } from './operations-settings.ts'
import { type Check, Readiness } from './readiness.ts'
import { logRequests } from './request-log.ts'
import type { Tracing } from './tracing.ts'

export type ObserveDatabase = (operation: 'query' | 'transaction', seconds: number) => void

export class Operations implements AsyncDisposable {
  readonly #settings: OperationsSettings
  readonly #log: FastifyBaseLogger
  readonly #metrics: Metrics | undefined
  readonly #tracing: Tracing | undefined
  /** Undefined where projects may ask as fast as they like. */
  readonly requestRate: RequestRate | undefined

  static async open(settings: OperationsSettings, log: FastifyBaseLogger): Promise<Operations> {
    const { metrics, traces } = settings
    const { url } = traces
    return new Operations(
      settings,
      log,
      metrics.enabled ? new (await import('./metrics.ts')).Metrics() : undefined,
      url === undefined
        ? undefined
        : new (await import('./tracing.ts')).Tracing({ ...traces, url }),
    )
  }

  private constructor(
    settings: OperationsSettings,
    log: FastifyBaseLogger,
    metrics: Metrics | undefined,
    tracing: Tracing | undefined,
  ) {
    this.#settings = settings
    this.#log = log
    this.#metrics = metrics
    this.#tracing = tracing
    this.requestRate =
      settings.requestRate && new RequestRate(settings.requestRate, () => performance.now())
  }

  /** Undefined where nobody wants to know. */
  get observeDatabase(): ObserveDatabase | undefined {
    if (this.#metrics === undefined && this.#tracing === undefined) return undefined
    return (operation, seconds) => {
      this.#metrics?.databaseOperation(operation, seconds)
      this.#tracing?.ended(operation, { 'vitrine.part': 'database' }, seconds)
    }
  }

  /** Undefined where nobody wants to know. */
  get observeStore(): ObserveStore | undefined {
    if (this.#metrics === undefined && this.#tracing === undefined) return undefined
    return (done, seconds) => {
      this.#metrics?.storeOperation(done, seconds)
      const attributes = { 'vitrine.part': 'store', 'vitrine.store': done.store }
      this.#tracing?.ended(done.operation, attributes, seconds, done.outcome === 'failed')
    }
  }

  /**
   * Watches every request from now on. To be called before any route is added.
   *
   * @param checks by its name, each part that the service cannot do without.
   * @param backlogs of those who are told of events.
   * @returns to be told when the service is to stop.
   */
  async watch(
    app: FastifyInstance,
    checks: Readonly<Record<string, Check>>,
    backlogs: () => Promise<readonly Backlog[]>,
  ): Promise<Readiness> {
    this.#tracing?.traceRequests(app)
    if (this.#settings.log.requests) logRequests(app, this.#log)
    if (this.#metrics !== undefined) {
      const { watchWithMetrics } = await import('./watch-with-metrics.ts')
      watchWithMetrics(app, this.#metrics, this.#settings.metrics.token, backlogs)
    }
    const readiness = new Readiness(checks, {
      tell: (part, failure) => {
        if (failure === undefined) this.#log.warn({ part }, 'ready again')
        else this.#log.error({ err: failure, part }, 'not ready')
      },
    })
    healthRoutes(app, readiness)
    return readiness
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tracing?.[Symbol.asyncDispose]()
  }
}
