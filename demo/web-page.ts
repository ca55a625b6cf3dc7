/** The service's pages, as someone without an account opens them and presses their buttons. */
import { ExpectationError } from './expectation.ts'

/** @throws {ExpectationError} when it is not there. */
export async function openPage(url: string): Promise<string> {
  return read(await fetch(url))
}

/** Presses the button of the page's form. */
export async function sendForm(
  url: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  return read(await fetch(url, { method: 'POST', body: new URLSearchParams(fields) }))
}

async function read(response: Response): Promise<string> {
  const html = await response.text()
  if (response.ok) return html
  throw new ExpectationError('a page', `${response.status}: ${headingOf(html)}`)
}

/** What a page says first. */
export function headingOf(html: string): string {
  return /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? 'a page without a heading'
}
