/** Texts that people read: as schemas that say what they are in a sentence. */
import * as Type from 'typebox/type'

/** What turns the direction of the text around, and with it of what stands beside it. */
const turns = '\\u202a-\\u202e\\u2066-\\u2069'
/** Control characters, line ends of every kind, and marks of direction. */
const notInLines = `\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f${turns}`
/** What leaves nothing on the page: joiners, fillers, selectors and tags. They may stand in a word, not for one. */
const unseen =
  '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}'
/** Of several lines: all but line ends and tabs. Other line ends would make lines of mail that look like ours. */
const notInTexts = `\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u2028\\u2029${turns}`

/** A text that has something to read in it. */
export function Line(description: string, maxLength: number) {
  return Type.String({
    description,
    minLength: 1,
    maxLength,
    pattern: `^[^${notInLines}]*[^\\s${notInLines}${unseen}][^${notInLines}]*$`,
    expected: `a text of one line with 1 to ${maxLength} characters, without control characters`,
  })
}

/** A text of several lines, which may be empty. */
export function Lines(description: string, maxLength: number) {
  return Type.String({
    description,
    maxLength,
    pattern: `^[^${notInTexts}]*$`,
    expected: `a text of at most ${maxLength} characters, without control characters but line ends and tabs`,
  })
}

const email = `[^\\s@<>()\\[\\]\\\\,;:"${notInLines}${unseen}]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*`
const web = `[hH][tT][tT][pP][sS]?://[^\\s${notInLines}<>"\`\\\\]+`

export function EmailAddress(description: string) {
  return Type.String({
    description,
    maxLength: 254,
    pattern: `^${email}$`,
    expected: 'an e-mail address, such as "someone@example.com"',
  })
}

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
