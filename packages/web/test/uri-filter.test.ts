import { InvalidError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { AddressRules } from '../src/address-rules.ts'
import { defaultUriRules, UriFilter, type UriRules } from '../src/uri-filter.ts'

function filter(rules: Partial<UriRules> = {}, allowedNetworks: readonly string[] = []): UriFilter {
  return new UriFilter({ ...defaultUriRules, ...rules }, new AddressRules(allowedNetworks))
}

function refusal(uri: string, by = filter()): string {
  try {
    by.check(uri)
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidError)
    return error instanceof Error ? error.message : ''
  }
  return 'passed'
}

describe('by default', () => {
  test.each([
    'http://mirror.example/disk.qcow2',
    'https://mirror.example:443/disk.qcow2?signature=a%20b#part',
    'HTTPS://MIRROR.EXAMPLE/',
    'http://mirror.example:/',
    'http://8.8.8.8/',
    'http://[2606:4700::1111]/',
    'http://bücher.example/größe',
    'http://xn--bcher-kva.example/',
    'http://under_score.example/',
  ])('%s passes', (uri) => expect(refusal(uri)).toBe('passed'))

  test('a URI is asked for as the parser of the filter read it', () => {
    expect(filter().check('HTTP://Bücher.Example:80/a/../b').href).toBe(
      'http://xn--bcher-kva.example/b',
    )
  })

  test.each([
    ['relative', 'disk.qcow2'],
    ['without a scheme', '//mirror.example/disk'],
    ['without a host', 'http:///disk'],
    ['without a host', 'http://'],
    ['without slashes', 'http:mirror.example'],
    ['with one slash', 'http:/mirror.example'],
    ['empty', ''],
    ['of a file', 'file:///etc/passwd'],
    ['of another scheme', 'ftp://mirror.example/'],
    ['of another scheme', 'gopher://mirror.example:80/'],
    ['of another scheme', 'javascript://mirror.example/%0aalert(1)'],
    ['to another port', 'http://mirror.example:22/'],
    ['to port 0', 'http://mirror.example:0/'],
    ['to a port that is none', 'http://mirror.example:99999/'],
    ['to a port that is no number', 'http://mirror.example:8o/'],
    ['with a user', 'http://me@mirror.example/'],
    ['with a password', 'http://me:secret@mirror.example/'],
    ['with an empty user', 'http://@mirror.example/'],
    ['with two hosts', 'http://good.example@evil.example/'],
    ['with a dot at the end of its host', 'http://mirror.example./'],
    ['with a percent-encoded host', 'http://%6dirror.example/'],
    ['with a percent-encoded address', 'http://%31%32%37.0.0.1/'],
    ['with a zone', 'http://[fe80::1%25lo]/'],
    ['with a backslash', 'http://good.example\\@evil.example/'],
    ['with a tab', 'http://mir\tror.example/'],
    ['with a line break', 'http://mirror.example/\r\nHost: evil'],
    ['with a NUL', 'http://mirror.example/\0'],
    ['with a blank before it', ' http://mirror.example/'],
    ['with a blank in it', 'http://mirror.example/a disk'],
    ['with an invisible character', 'http://mirror\u00ad.example/'],
    ['with half of a character', 'http://mirror.example/\ud800'],
    ['of 8193 characters', `http://mirror.example/${'a'.repeat(8193 - 22)}`],
  ])('a URI %s does not pass: %j', (_kind, uri) => {
    expect(refusal(uri)).toContain('does not pass filtering')
  })

  test.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.01/',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://134744072/',
    'http://0x8.8.8.8/',
  ])('%s is an IPv4 address in disguise, and does not pass, even where it is allowed', (uri) => {
    expect(refusal(uri, filter({}, ['127.0.0.0/8']))).toContain('does not pass filtering')
  })

  test.each([
    'http://127.0.0.1/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[0:0:0:0:0:ffff:7f00:1]/',
    'http://[fd00:ec2::254]/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://anything.localhost/',
  ])('%s leads inside, and does not pass', (uri) => {
    expect(refusal(uri)).toContain('does not pass filtering')
  })

  test('a refusal names the host, and nothing else of the URI', () => {
    expect(refusal('http://10.0.0.1/secret?signature=secret')).toBe(
      'Cannot fetch from "10.0.0.1": it does not pass filtering: the address is not allowed',
    )
    expect(refusal('http://mirror.example:8080/secret')).toBe(
      'Cannot fetch from "mirror.example": it does not pass filtering: port 8080 is not allowed',
    )
    expect(refusal('http://me:secret@mirror.example/')).not.toContain('secret')
  })
})

describe('with rules of the operator', () => {
  test('only what an allow list has passes, whatever the other list says', () => {
    const rules = filter({ allowedHosts: ['Good.Example.'], disallowedHosts: ['good.example'] })
    expect(refusal('http://GOOD.example/', rules)).toBe('passed')
    expect(refusal('http://sub.good.example/', rules)).toContain('the host is not allowed')
  })

  test('with an empty allow list, all but what is disallowed passes', () => {
    const rules = filter({
      allowedSchemes: [],
      disallowedSchemes: ['http'],
      allowedPorts: [],
      disallowedPorts: [22],
      disallowedHosts: ['bücher.example', '[2606:4700::1111]'],
    })
    expect(refusal('https://mirror.example:8443/', rules)).toBe('passed')
    expect(refusal('http://mirror.example/', rules)).toContain('scheme "http" is not allowed')
    expect(refusal('https://mirror.example:22/', rules)).toContain('port 22 is not allowed')
    expect(refusal('https://xn--bcher-kva.example/', rules)).toContain('the host is not allowed')
    expect(refusal('https://[2606:4700:0::1111]/', rules)).toContain('the host is not allowed')
  })

  test('a port that is not written is checked too', () => {
    const rules = filter({ allowedPorts: [8080] })
    expect(refusal('http://mirror.example:8080/', rules)).toBe('passed')
    expect(refusal('http://mirror.example/', rules)).toContain('port 80 is not allowed')
    expect(refusal('https://mirror.example/', rules)).toContain('port 443 is not allowed')
  })

  test('a host that is allowed by name still needs an address that is allowed', () => {
    expect(refusal('http://10.0.0.1/', filter({ allowedHosts: ['10.0.0.1'] }))).toContain(
      'the address is not allowed',
    )
    expect(refusal('http://localhost/', filter({}, ['127.0.0.0/8']))).toBe('passed')
  })

  test('schemes that cannot be fetched do not pass even when they are allowed', () => {
    expect(refusal('file:///etc/passwd', filter({ allowedSchemes: ['file'] }))).toContain(
      'does not pass filtering',
    )
  })

  test.each(['mirror.example:80', 'http://mirror.example', 'a b', ''])(
    '%j is no host, and cannot be listed',
    (host) => expect(() => filter({ allowedHosts: [host] })).toThrow(TypeError),
  )
})
