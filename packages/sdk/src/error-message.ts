/**
 * The service's own sentence out of an error body, whatever dress it wears.
 *
 * The Images API writes errors as JSON, HTML or plain text, by the request's `Accept`; Identity wraps
 * its JSON in `error`; newer services write problem+json; a proxy in between writes a page of its own.
 */
import { isRecord } from './parsing.ts'

const longestMessage = 1000

/** @returns undefined when the body holds no sentence. */
export function errorMessage(contentType: string | null, body: string): string | undefined {
  const text = sentenceOf(contentType ?? '', body)
    .replace(/\s+/g, ' ')
    .trim()
  return text === '' ? undefined : text.slice(0, longestMessage)
}

function sentenceOf(contentType: string, body: string): string {
  if (contentType.includes('json')) return fromJson(body)
  if (contentType.includes('html')) return fromHtml(body)
  return fromPlainText(body)
}

function fromJson(body: string): string {
  const parsed = parsedOrUndefined(body)
  if (!isRecord(parsed)) return fromPlainText(body)
  const error = isRecord(parsed.error) ? parsed.error : parsed
  const said = [error.message, error.detail, error.title].find((value) => typeof value === 'string')
  // Glance leaves the line breaks of its HTML form in its JSON.
  return typeof said === 'string' ? said.replace(/<br\s*\/?>/gi, ' ') : ''
}

function parsedOrUndefined(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The title repeats the status, so it is the message only when nothing else is there. */
function fromHtml(body: string): string {
  const visible = body.replace(/<(head|script|style)\b[\s\S]*?<\/\1>/gi, ' ')
  const sentence = textOf(visible.replace(/<h1\b[\s\S]*?<\/h1>/gi, ' '))
  return sentence === '' ? textOf(visible) : sentence
}

function textOf(html: string): string {
  return unescapeHtml(html.replace(/<[^>]*>/g, ' ')).trim()
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
}

function unescapeHtml(text: string): string {
  return text.replace(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity)
}

/** The plain form is `404 Not Found`, an empty line, and the sentence. */
function fromPlainText(body: string): string {
  const sentence = body.replace(/^\d{3} [^\n]*\n\s*\n/, '')
  return sentence.trim() === '' ? body : sentence
}
