/**
 * GET /docs, /docs/openapi.json and /docs/sharing.json: the APIs for people and for programs, from one
 * description.
 *
 * The page is complete without JavaScript and loads nothing from elsewhere.
 */
import {
  type ApiDescription,
  type Formats,
  imagesApi,
  type Operation,
  openApiDocument,
  sharingApi,
} from '@vitrine/wire'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { escapeHtml } from './html/html.ts'

export type DocsOptions = {
  readonly formats: Formats
  readonly publicUrl: (request: FastifyRequest) => string
}

/** To be registered under `/docs`. */
export function docs({ formats, publicUrl }: DocsOptions) {
  const imagesPart = { api: imagesApi(formats), document: 'openapi.json' }
  const sharingPart = { api: sharingApi, document: 'sharing.json' }
  return async (app: FastifyInstance): Promise<void> => {
    app.get('', (_request, reply) =>
      reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .send(page([imagesPart, sharingPart])),
    )
    for (const { api, document } of [imagesPart, sharingPart]) {
      app.get(`/${document}`, (request, reply) =>
        reply
          .header('content-type', 'application/json')
          .send(JSON.stringify(openApiDocument(publicUrl(request), api))),
      )
    }
  }
}

type Part = {
  readonly api: ApiDescription
  /** The name of the file that tells the same to programs. */
  readonly document: string
}

function page(parts: readonly Part[]): string {
  const tags = parts.flatMap(({ api }) => api.operations.map(({ tag }) => tag))
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vitrine: its APIs</title>
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent) }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem }
  h2 { margin-top: 2.5rem } nav a { margin-right: 1rem }
  details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem .9rem }
  summary { cursor: pointer; overflow-wrap: anywhere } code, pre { font: 14px/1.45 ui-monospace, monospace }
  .method { display: inline-block; min-width: 4.5em; font-weight: 700 } .what { opacity: .75 }
  table { border-collapse: collapse; margin: .75rem 0; width: 100% } th, td { text-align: left; vertical-align: top;
    padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere } pre { overflow-x: auto }
</style>
<nav>${[...new Set(tags)].map((tag) => `<a href="#${tag}">${tag}</a>`).join('')}</nav>
${parts.map(section).join('\n')}
</html>
`
}

function section({ api, document }: Part): string {
  const groups = [...Map.groupBy(api.operations, ({ tag }) => tag)]
  return `<h1>${api.title}</h1>
<p>${api.description} Every call carries a token in <code>X-Auth-Token</code>.
The same for programs: <a href="/docs/${document}">${document}</a>.</p>
${groups.map(([tag, group]) => `<h2 id="${tag}">${tag}</h2>\n${group.map(details).join('\n')}`).join('\n')}`
}

function details({ method, path, summary, query = [], headers = [], body, success }: Operation) {
  const parameters = [...query, ...headers]
  const rows = parameters.map(
    ({ name, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code><td>${escapeHtml(description)}<td><code>${escapeHtml(JSON.stringify(schema))}</code>`,
  )
  return `<details><summary><code><span class="method">${method}</span> ${escapeHtml(path)}</code> <span class="what">${escapeHtml(summary)}</span></summary>
${rows.length === 0 ? '' : `<table><tr><th>Parameter<th>Meaning<th>Schema${rows.join('')}</table>`}
${body === undefined ? '' : `<p>Body: <code>${body.mediaType}</code></p><pre>${escapeHtml(JSON.stringify(body.schema, null, 2))}</pre>`}
<p>Answer: <strong>${success.status}</strong> ${escapeHtml(success.description)}</p>${
    success.schema === undefined
      ? ''
      : `<pre>${escapeHtml(JSON.stringify(success.schema, null, 2))}</pre>`
  }
</details>`
}
