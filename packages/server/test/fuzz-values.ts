/**
 * What fuzzers write where something else is expected: words that mean something somewhere in the
 * API, values of every type, and text that is hard to keep.
 */
import fc from 'fast-check'

const words = fc.constantFrom(
  ...'name id visibility protected os_hidden owner tags min_ram min_disk disk_format'.split(' '),
  ...'container_format status size checksum kernel_id os_distro locations member stores'.split(' '),
  ...'__proto__ constructor os_glance_x deleted self schema created_at limit marker'.split(' '),
  ...'public shared community private all raw bare active true false null 0 -1 1e999'.split(' '),
  ...'pending accepted in:a,"b eq: gt:2020-01-01 asc desc name created_at:desc'.split(' '),
  ...'fast slow web fast,slow glance-direct web-download copy-image glance-download'.split(' '),
  ...'/name /tags/- /locations/0 /locations/- /locations /a~1b /~2 / // http://127.0.0.1:1/ file:///etc/passwd'.split(
    ' ',
  ),
)

/** At most some hundred characters, so that it fits into a path or a header. */
export const text = fc.oneof(
  { weight: 3, arbitrary: words },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '\0', '..', '%', 'é🦆', '\ud800', "';--", 'x'.repeat(300)),
  },
)

export const headerText = fc.oneof(words, fc.stringMatching(/^[\x21-\x7e]{0,60}$/))

export const jsonValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 63, 1e300) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(70_000), [[[[[]]]]], {}, [], [null]) },
  { weight: 1, arbitrary: fc.jsonValue() },
)

/** Written by hand, as no client would: keys twice, `__proto__`, half of a text, no text at all. */
export const brokenJson: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'nul',
    '{"a":1,"a":2}',
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":1}}',
    '\ufeff{}',
    '{"name":"\\ud800"}',
    '{"name":"\\u0000"}',
    '['.repeat(50_000),
    '{"a":'.repeat(50_000),
    'x'.repeat(1_200_000),
  ),
  fc.uint8Array({ maxLength: 60 }),
)

/** As a URL has it; what has no UTF-8 is written as a character that stands for it. */
export function encode(part: string): string {
  return encodeURIComponent(part.toWellFormed())
}
