/** Takes traces as a collector does: OTLP over HTTP, as JSON. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

export type Collector = AsyncDisposable & {
  /** Where traces are told. */
  readonly url: string
  /** All that it was told. */
  spans(): readonly TracedSpan[]
}

export type TracedSpan = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
}

export async function startCollector(): Promise<Collector> {
  const spans: TracedSpan[] = []
  const server = createServer(async (request, response) => {
    const isTelling = request.method === 'POST' && request.url?.startsWith('/v1/traces?')
    if (isTelling) spans.push(...spansOf(await json(request)))
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans: () => spans,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what the exporter says is what the tests look at.
function spansOf(told: any): readonly TracedSpan[] {
  const spans: TracedSpan[] = []
  for (const { scopeSpans } of told.resourceSpans) {
    for (const scope of scopeSpans) spans.push(...scope.spans)
  }
  return spans
}
