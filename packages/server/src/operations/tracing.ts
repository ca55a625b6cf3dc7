/**
 * Traces, told to a collector by OTLP over HTTP. Loaded only where the operator wants them.
 *
 *   request ──────────────────────────────── GET /v2/images/:imageId/file
 *     ├── query                                database
 *     └── get                                  store "fast"
 *
 * A request that says which trace it belongs to (W3C Trace Context) goes on with it. Spans name routes
 * and stores; paths, queries, headers and what is asked of the database stay here.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { FastifyInstance, FastifyRequest } from 'fastify'

export type TracingOptions = {
  readonly url: string
  readonly serviceName: string
  readonly percent: number
}

export class Tracing implements AsyncDisposable {
  readonly #provider: TracerProvider
  readonly #propagator = new W3CTraceContextPropagator()
  /** Of the request on whose behalf something is done. */
  readonly #current = new AsyncLocalStorage<Context>()
  readonly #spans = new WeakMap<FastifyRequest, Span>()

  constructor({ url, serviceName, percent }: TracingOptions) {
    const exporter = new OTLPTraceExporter({ url })
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(percent / 100) }),
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 })],
    })
  }

  /** To be called before any route is added. */
  traceRequests(app: FastifyInstance): void {
    const tracer = this.#provider.getTracer('vitrine')
    app.addHook('onRequest', (request, _reply, done) => {
      const parent = this.#propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
      const span = tracer.startSpan(request.method, { kind: SpanKind.SERVER }, parent)
      this.#spans.set(request, span)
      this.#current.run(trace.setSpan(parent, span), done)
    })
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url
      const span = this.#spans.get(request)
      const status = reply.raw.statusCode
      span?.updateName(`${request.method} ${route ?? ''}`.trim())
      span?.setAttributes({
        'http.request.method': request.method,
        'http.response.status_code': status,
        'vitrine.request_id': request.id,
        ...(route !== undefined && { 'http.route': route }),
      })
      if (status >= 500) span?.setStatus({ code: SpanStatusCode.ERROR })
      span?.end()
      done()
    })
  }

  /** Tells of something that has just ended, where it was done for a request. */
  ended(
    name: string,
    attributes: Readonly<Record<string, string>>,
    seconds: number,
    failed = false,
  ): void {
    const parent = this.#current.getStore()
    if (parent === undefined) return
    const endTime = Date.now()
    const options = { kind: SpanKind.CLIENT, startTime: endTime - seconds * 1000, attributes }
    const span = this.#provider.getTracer('vitrine').startSpan(name, options, parent)
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  }

  /** Tells what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    // A collector that is not there must not keep the service from ending.
    await this.#provider.shutdown().catch(() => undefined)
  }
}
