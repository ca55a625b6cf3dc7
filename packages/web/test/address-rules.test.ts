import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AddressRules } from '../src/address-rules.ts'
import { metadataAddresses } from '../src/metadata-addresses.ts'
import { dotted, isSpecial } from './special-networks.ts'

const closed = new AddressRules([])

describe('without networks that the operator allows', () => {
  test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    'public address %s is allowed',
    (address) => expect(closed.allows(address)).toBe(true),
  )

  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '192.168.255.255'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local', '169.254.1.1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%lo'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['documentation', '2001:db8::1'],
    ['benchmark', '198.18.0.1'],
    ['benchmark', '2001:2::1'],
    ['unique local', 'fd12:3456::1'],
    ['site-local', 'fec0::1'],
    ['discard-only', '100::1'],
    ['IPv4-mapped', '::ffff:10.0.0.1'],
    ['IPv4-mapped in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-compatible', '::8.8.8.8'],
    ['IPv4-translated', '::ffff:0:10.0.0.1'],
    ['NAT64', '64:ff9b::127.0.0.1'],
    ['NAT64', '64:ff9b::a9fe:a9fe'],
    ['local NAT64', '64:ff9b:1::808:808'],
    ['6to4', '2002:7f00:1::'],
    ['6to4', '2002:808:808::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ])('%s address %s is refused', (_kind, address) => expect(closed.allows(address)).toBe(false))

  test.each(['::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    '%s is allowed like the public IPv4 address it stands for',
    (address) => expect(closed.allows(address)).toBe(true),
  )

  test.each(['', 'localhost', '0x7f.1', '2130706433', '127.1', '010.0.0.1', '[::1]', '8.8.8.8/8'])(
    '%j is no address, and refused',
    (text) => expect(closed.allows(text)).toBe(false),
  )

  test('an address is allowed exactly when no registry of special addresses has it', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16))
    const interesting = fc.constantFrom('2001:', '2002:', '2620:4f:8000:', '64:ff9b:', '100:', '')
    const ipv6 = fc
      .tuple(interesting, fc.array(group, { minLength: 8, maxLength: 8 }))
      .map(([start, groups]) => {
        const given = start.split(':').filter((part) => part !== '')
        return [...given, ...groups].slice(0, 8).join(':')
      })
    const ipv4 = fc.integer({ min: 0, max: 0xffff_ffff }).map(dotted)
    const prefix = fc.constantFrom('', '::ffff:', '64:ff9b::')
    const embedded = fc.tuple(prefix, ipv4).map(([start, address]) => `${start}${address}`)
    fc.assert(
      fc.property(fc.oneof(ipv6, ipv4, embedded), (address) => {
        expect(closed.allows(address), address).toBe(!isSpecial(address))
      }),
      { numRuns: 5000 },
    )
  })
})

describe('a network that the operator allows', () => {
  const open = new AddressRules(['10.1.0.0/16', '127.0.0.1', 'fd00::/8', '169.254.0.0/16'])

  test.each(['10.1.2.3', '127.0.0.1', 'fd00::5', '169.254.7.7', '::ffff:10.1.2.3', '8.8.8.8'])(
    'lets %s through',
    (address) => expect(open.allows(address)).toBe(true),
  )

  test.each(['10.2.0.1', '127.0.0.2', 'fe80::1', '192.168.0.1'])(
    'does not let %s through',
    (address) => expect(open.allows(address)).toBe(false),
  )

  test.each(metadataAddresses)('does not let the metadata address %s through', (address) => {
    expect(new AddressRules(['0.0.0.0/0', '::/0']).allows(address)).toBe(false)
  })

  test.each(metadataAddresses)('lets %s through when it is named by itself', (address) => {
    expect(new AddressRules([address]).allows(address)).toBe(true)
  })

  test.each(['10.0.0.0/33', 'fd00::/129', 'example.com', '10.0.0.0/', '10/8', '010.0.0.0/8'])(
    '%s is no network, and cannot be allowed',
    (network) => expect(() => new AddressRules([network])).toThrow(),
  )
})
