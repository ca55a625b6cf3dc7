/**
 * Random and hostile URIs, judged a second time by parsers that the filter does not use: the regular
 * expression of RFC 3986, Appendix B, and Node's `BlockList`.
 */
import { isIP } from 'node:net'
import { InvalidError } from '@vitrine/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressRules } from '../src/address-rules.ts'
import { defaultUriRules, UriFilter } from '../src/uri-filter.ts'
import { dotted, isSpecial } from './special-networks.ts'

const filter = new UriFilter(defaultUriRules, new AddressRules([]))

const ipv4 = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0x7f00_0001, 0x0a00_0001, 0xa9fe_a9fe, 0xc0a8_0001, 0x0808_0808),
)
const notations = [
  dotted,
  (address: number) => `${address}`,
  (address: number) => `0x${address.toString(16)}`,
  (address: number) => `0${address.toString(8)}`,
  (address: number) => `${address >>> 24}.${address & 0xff_ffff}`,
  (address: number) => dotted(address).replace(/\d+/g, (part) => `0${Number(part).toString(8)}`),
  (address: number) => dotted(address).replaceAll('.', '。'),
  (address: number) => `[::ffff:${dotted(address)}]`,
  (address: number) => `[::${dotted(address)}]`,
  (address: number) => `[64:ff9b::${dotted(address)}]`,
  (address: number) =>
    `[2002:${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}::]`,
  (address: number) => encodeURIComponent(dotted(address)).replaceAll('1', '%31'),
]
const host = fc.oneof(
  fc.tuple(ipv4, fc.constantFrom(...notations)).map(([address, write]) => write(address)),
  fc.ipV6().map((address) => `[${address}]`),
  fc.constantFrom(
    'localhost',
    'a.localhost',
    'mirror.example',
    'mirror.example.',
    'BÜCHER.example',
  ),
  fc.domain(),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const uri = fc
  .tuple(
    fc.constantFrom('http', 'https', 'HTTP', 'ftp', 'file', ''),
    fc.constantFrom('://', ':///', ':/', ':', '//', '://@', '://a@', '://a:b@', ':\\\\', '://\t'),
    host,
    fc.constantFrom('', '', ':', ':80', ':443', ':0080', ':22', ':0', ':65536', ':80a'),
    fc.oneof(fc.webPath(), fc.constantFrom('', '/', '?', '#@evil.example/', '\\@evil.example')),
  )
  .map((parts) => parts.join(''))

const byRfc3986 = /^(([^:/?#]+):)?(\/\/([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?/

test('check() throws InvalidError or lets through what two parsers read alike and may be reached', () => {
  let passed = 0
  fc.assert(
    fc.property(fc.oneof(uri, fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
      try {
        filter.check(text)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidError)
        return
      }
      passed += 1
      const [, , scheme = '', , authority = ''] = byRfc3986.exec(text) ?? []
      expect(['http', 'https']).toContain(scheme.toLowerCase())
      const [, written = '', port = ''] = /^(.*?)(?::(\d*))?$/.exec(authority) ?? []
      expect(['', '80', '443']).toContain(port.replace(/^0+/, ''))
      expect(written).not.toMatch(/[@%\\\s]|\.$|localhost$/i)

      const seen = new URL(text).hostname.replace(/^\[|\]$/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: other names have an ASCII form
      if (/^[\x00-\x7f]*$/.test(written) && !written.startsWith('[')) {
        expect(seen).toBe(written.toLowerCase())
      }
      if (isIP(seen) !== 0) expect(isSpecial(seen), text).toBe(false)
    }),
    { numRuns: 20_000 },
  )
  expect(passed).toBeGreaterThan(100)
})
