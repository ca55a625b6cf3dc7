/**
 * Which addresses may be connected to: the public ones, and those that the operator allows.
 *
 * An address is public when the registries of special-purpose addresses say nothing about it. For
 * IPv6 it must also lie in 2000::/3, all that was ever given out for global unicast; so whatever
 * embeds an IPv4 address (compatible, 6to4, Teredo, local NAT64) is refused without being looked into.
 * Two forms are judged by the IPv4 address they stand for, because packets to them do go there:
 * IPv4-mapped (::ffff:0:0/96), and the NAT64 prefix (64:ff9b::/96) through which hosts that have
 * IPv6 alone reach the IPv4 Internet.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { metadataAddresses } from './metadata-addresses.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = readonly [Address, prefixLength: number]

export class AddressRules {
  readonly #allowed: readonly Network[]

  /**
   * @param allowedNetworks what may be reached besides public addresses: `10.20.0.0/16`, `fd00::/8`,
   *   or single addresses.
   * @throws {TypeError} when one of them is neither a network nor an address.
   */
  constructor(allowedNetworks: readonly string[]) {
    this.#allowed = allowedNetworks.map(parseNetwork)
  }

  /** @param address in its usual form; anything else is not allowed. */
  allows(address: string): boolean {
    const parsed = parseAddress(address)
    if (parsed === undefined) return false
    const reached = behindNat64(parsed)
    const allowing = this.#allowed.filter((network) => contains(network, reached))
    if (metadata.has(reached.toString())) return allowing.some(isSingleAddress)
    return isPublic(reached) || allowing.length > 0
  }
}

const metadata = new Set(metadataAddresses.map((address) => ipaddr.parse(address).toString()))
const globalUnicast = parseNetwork('2000::/3')
const nat64 = parseNetwork('64:ff9b::/96')

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || contains(globalUnicast, address)
}

function behindNat64(address: Address): Address {
  return contains(nat64, address) ? ipaddr.fromByteArray(address.toByteArray().slice(-4)) : address
}

function contains([network, prefixLength]: Network, address: Address): boolean {
  return address.kind() === network.kind() && address.match(network, prefixLength)
}

function isSingleAddress([address, prefixLength]: Network): boolean {
  return prefixLength === bitsOf(address)
}

function bitsOf(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128
}

function parseNetwork(text: string): Network {
  const [, written = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = parseAddress(written)
  const prefixLength = address && (prefix === undefined ? bitsOf(address) : Number(prefix))
  if (address === undefined || prefixLength === undefined || prefixLength > bitsOf(address)) {
    throw new TypeError(`Cannot allow network ${text}: it should be like 10.0.0.0/8 or fd00::/8`)
  }
  return [address, prefixLength]
}

/** @returns undefined when it is none, or has a zone; the IPv4 address when it is mapped. */
function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return ipaddr.parse(text)
  // In hexadecimal, for ipaddr.js takes the dots of ::8.8.8.8 for those of ::ffff:8.8.8.8.
  const url = isIPv6(text) ? URL.parse(`http://[${text}]`) : null
  return url === null ? undefined : ipaddr.process(url.hostname.slice(1, -1))
}
