/** What a form of a page of ours sends: `application/x-www-form-urlencoded`, and no files. */
import type { IncomingMessage } from 'node:http'
import { readText, requireKeepableText } from '../images-api/request-body.ts'

const longestFormBytes = 64 * 1024

/**
 * By the names of its fields. Of a field that stands there twice, the first counts.
 *
 * Lines end as forms write them; here they are as everywhere else.
 *
 * @throws {InvalidError | TooLargeError} when it cannot be read, or no database could keep it.
 */
export async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const text = await readText(request, longestFormBytes)
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    requireKeepableText(value)
    if (!fields.has(name)) fields.set(name, value.replaceAll('\r\n', '\n'))
  }
  return fields
}
