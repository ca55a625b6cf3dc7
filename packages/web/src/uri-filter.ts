/**
 * What the operator lets strangers fetch, as far as a URI alone tells.
 *
 * Schemes, ports and hosts have two lists each. The list of what is allowed decides when it has
 * entries; only when it has none, everything but what is disallowed may pass. Operators of Glance
 * know both by the same names. A port that is not written is the scheme's own, and is checked as well.
 */
import { isIP, isIPv6 } from 'node:net'
import type { AddressRules } from './address-rules.ts'
import { refusedHost } from './refusal.ts'
import { hostOf, parseWebUri } from './web-uri.ts'

export type UriRules = {
  readonly allowedSchemes: readonly string[]
  readonly allowedPorts: readonly number[]
  /** Names as they are, without patterns, or addresses. */
  readonly allowedHosts: readonly string[]
  readonly disallowedSchemes: readonly string[]
  readonly disallowedPorts: readonly number[]
  readonly disallowedHosts: readonly string[]
}

export const defaultUriRules: UriRules = {
  allowedSchemes: ['http', 'https'],
  allowedPorts: [80, 443],
  allowedHosts: [],
  disallowedSchemes: [],
  disallowedPorts: [],
  disallowedHosts: [],
}

export class UriFilter {
  readonly #rules: UriRules
  readonly #addresses: AddressRules

  /** @throws {TypeError} when one of the hosts cannot be one. */
  constructor(rules: UriRules, addresses: AddressRules) {
    this.#rules = {
      ...rules,
      allowedHosts: rules.allowedHosts.map(canonicalHost),
      disallowedHosts: rules.disallowedHosts.map(canonicalHost),
    }
    this.#addresses = addresses
  }

  /**
   * @returns the URI as it may be asked for, once its host is found to be allowed too.
   * @throws {InvalidError}
   */
  check(uri: string): URL {
    const { url, scheme, host, port } = parseWebUri(uri)
    const rules = this.#rules
    if (!passes(scheme, rules.allowedSchemes, rules.disallowedSchemes)) {
      throw refusedHost(host, `scheme "${scheme}" is not allowed`)
    }
    if (!passes(port, rules.allowedPorts, rules.disallowedPorts)) {
      throw refusedHost(host, `port ${port} is not allowed`)
    }
    if (!passes(host, rules.allowedHosts, rules.disallowedHosts)) {
      throw refusedHost(host, 'the host is not allowed')
    }
    const addresses = addressesOf(host)
    if (addresses.length > 0 && !addresses.some((address) => this.#addresses.allows(address))) {
      throw refusedHost(host, 'the address is not allowed')
    }
    return url
  }
}

function passes<T>(value: T, allowed: readonly T[], disallowed: readonly T[]): boolean {
  return allowed.length > 0 ? allowed.includes(value) : !disallowed.includes(value)
}

/** The addresses of a host that are known without asking. Names under localhost are: RFC 6761 §6.3. */
function addressesOf(host: string): readonly string[] {
  if (isIP(host) !== 0) return [host]
  return /(^|\.)localhost$/.test(host) ? ['127.0.0.1', '::1'] : []
}

/** A host of the operator's lists, in the form in which those of URIs are compared. */
function canonicalHost(host: string): string {
  const bare = host.replace(/^\[|\]$|\.$/g, '')
  const url = /[:/?#@%\\\s]/.test(bare) && !isIPv6(bare) ? null : parseHost(bare)
  if (url === null) {
    throw new TypeError(`Cannot list host ${host}: it should be a name or an address`)
  }
  return hostOf(url)
}

function parseHost(host: string): URL | null {
  return URL.parse(`http://${isIPv6(host) ? `[${host}]` : host}`)
}
