/**
 * The special-purpose addresses once more, written down from the registries and asked of Node's own
 * `BlockList`: what `AddressRules` says is held against it.
 */
import { BlockList, isIPv4 } from 'node:net'

// Two lists: one list would hold an IPv4 address against IPv6 networks too, as its mapped form.
const special = { ipv4: new BlockList(), ipv6: new BlockList() }

for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/3',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
  '4000::/2',
  '8000::/1',
]) {
  const [address = '', prefixLength] = network.split('/')
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  special[family].addSubnet(address, Number(prefixLength), family)
}

/** @param address also one that stands for an IPv4 address: IPv4-mapped, or behind NAT64. */
export function isSpecial(address: string): boolean {
  const ipv4 = isIPv4(address) ? address : embedded(address)
  return ipv4 === undefined ? special.ipv6.check(address, 'ipv6') : special.ipv4.check(ipv4, 'ipv4')
}

/** As `URL` writes IPv6 addresses: in hexadecimal, the longest row of zeros left out. */
function embedded(address: string): string | undefined {
  const { hostname } = new URL(`http://[${address}]/`)
  const [, high, low] =
    /^\[(?:::ffff:|64:ff9b::)(?:([0-9a-f]+):)?([0-9a-f]+)\]$/.exec(hostname) ?? []
  if (low === undefined) return hostname === '[64:ff9b::]' ? '0.0.0.0' : undefined
  return dotted(Number.parseInt(high ?? '0', 16) * 0x1_0000 + Number.parseInt(low, 16))
}

export function dotted(ipv4: number): string {
  return [24, 16, 8, 0].map((shift) => (ipv4 >>> shift) & 255).join('.')
}
