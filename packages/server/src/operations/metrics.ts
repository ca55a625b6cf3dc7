/**
 * What is counted, for Prometheus.
 *
 * Counting must cost requests nothing that they would notice: two numbers per request, and all else
 * is looked up when somebody reads. Names of routes, never paths, so that there are few series.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** In seconds: from what a database takes to what an image of many gigabytes does. */
const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600]

export type AnsweredRequest = {
  readonly method: string
  /** Such as `/v2/images/:imageId`; `none` for what leads nowhere. */
  readonly route: string
  readonly status: number
}

export type StoreOperation = {
  readonly store: string
  readonly operation: 'put' | 'get' | 'delete'
  readonly outcome: 'ok' | 'failed'
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Counter({
    name: 'vitrine_http_requests_total',
    help: 'Answered requests.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.#registry],
  })
  readonly #requestSeconds = new Histogram({
    name: 'vitrine_http_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets,
    registers: [this.#registry],
  })
  readonly #storeSeconds = new Histogram({
    name: 'vitrine_store_operation_duration_seconds',
    help: 'A put takes until the bytes are kept, a get until the first may be read.',
    labelNames: ['store', 'operation', 'outcome'],
    buckets,
    registers: [this.#registry],
  })
  readonly #databaseSeconds = new Histogram({
    name: 'vitrine_database_operation_duration_seconds',
    help: 'A query, or a transaction with its commit and its waiting for others.',
    labelNames: ['operation'],
    buckets,
    registers: [this.#registry],
  })

  request({ method, route, status }: AnsweredRequest, seconds: number): void {
    this.#requests.inc({ method, route, status })
    this.#requestSeconds.observe({ method, route }, seconds)
  }

  storeOperation({ store, operation, outcome }: StoreOperation, seconds: number): void {
    this.#storeSeconds.observe({ store, operation, outcome }, seconds)
  }

  databaseOperation(operation: 'query' | 'transaction', seconds: number): void {
    this.#databaseSeconds.observe({ operation }, seconds)
  }

  /** Values that only grow, looked up when somebody reads. */
  total<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    look: Look<Label>,
  ) {
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      async collect() {
        const values = await look()
        this.reset()
        for (const [value, of] of values) this.inc(of, value)
      },
    })
  }

  /** Values that grow and shrink, looked up when somebody reads. */
  level<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    look: Look<Label>,
  ) {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      async collect() {
        const values = await look()
        this.reset()
        for (const [value, of] of values) this.set(of, value)
      },
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

/** The values, each with its labels. */
export type Look<Label extends string> = () =>
  | readonly (readonly [value: number, of: Record<Label, string>])[]
  | Promise<readonly (readonly [value: number, of: Record<Label, string>])[]>
