/**
 * Whence a request comes, as far as requests from there are counted together: a household or an
 * office has one address of IPv4, but as many of IPv6 as it likes.
 *
 * Behind proxies the address is what these say, if the operator trusts them: `http.trusted_proxies`.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'

export function clientNetwork({ ip }: Pick<FastifyRequest, 'ip'>): string {
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIPv6(address) ? `${firstGroups(address, 3)}::/48` : address
}

function firstGroups(address: string, count: number): string {
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...after]
    .slice(0, count)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** An address or a network, such as `10.0.0.0/8`, as a setting. */
export function readNetwork(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return undefined
  if (bits === undefined) return value
  const isWidth = /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  return isWidth ? value : undefined
}

export function trustOnly(networks: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    trusted.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    const family = isIP(plain)
    return family !== 0 && trusted.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}
