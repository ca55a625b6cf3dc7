/** Texts of one line that people read: as schemas that say what they are in a sentence. */
import * as Type from 'typebox/type'

/** Control characters, line ends of every kind, and what turns the direction of the text around. */
const notInLines =
  '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'

/** A text that has something to read in it. */
export function Line(description: string, maxLength: number) {
  return Type.String({
    description,
    minLength: 1,
    maxLength,
    pattern: `^[^${notInLines}]*[^\\s${notInLines}][^${notInLines}]*$`,
    expected: `a text of one line with 1 to ${maxLength} characters, without control characters`,
  })
}

const email = '[^\\s@<>()\\[\\]\\\\,;:"\\u0000-\\u001f\\u007f]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*'
const web = `[hH][tT][tT][pP][sS]?://[^\\s${notInLines}<>"\`\\\\]+`

export function WebAddress(description: string) {
  return Type.String({
    description,
    maxLength: 1000,
    pattern: `^${web}$`,
    expected: 'an address of the web, such as "https://example.com/docs"',
  })
}

/** Where somebody is reached. */
export function Reach(description: string) {
  return Type.String({
    description,
    maxLength: 254,
    pattern: `^(?:${email}|${web})$`,
    expected:
      'an e-mail address or one of the web, such as "help@example.com" or "https://example.com/help"',
  })
}

/** As it may be sent, or null for none. */
export function orNull<Schema extends Type.TSchema & { readonly expected?: unknown }>(
  schema: Schema,
) {
  return Type.Union([schema, Type.Null()], { expected: `${String(schema.expected)}, or null` })
}
