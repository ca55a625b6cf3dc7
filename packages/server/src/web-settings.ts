/** What the operator lets strangers reach, under the same names wherever strangers choose an address. */
import { isIP, isIPv6 } from 'node:net'
import { type Choices, integer, list } from './settings.ts'

/** @param section such as `imports`. */
export function takeWebRules(choices: Choices, section: string) {
  const take = <T>(name: string, fallback: readonly T[], kind: Kind<T>) =>
    takeList(choices, `${section}.${name}`, fallback, kind)
  return {
    rules: {
      allowedSchemes: take('allowed_schemes', ['http', 'https'], scheme),
      allowedPorts: take('allowed_ports', [80, 443], port),
      /** Empty for every host that is not disallowed; so with schemes and ports. */
      allowedHosts: take('allowed_hosts', [], host),
      disallowedSchemes: take('disallowed_schemes', [], scheme),
      disallowedPorts: take('disallowed_ports', [], port),
      disallowedHosts: take('disallowed_hosts', [], host),
    },
    /** Besides public addresses, which are always allowed. */
    allowedNetworks: take('allowed_networks', [], network),
  }
}

export function takeList<T>(
  choices: Choices,
  name: string,
  fallback: readonly T[],
  kind: Kind<T>,
): readonly T[] {
  return choices.take(name, list(fallback, kind.read, kind.expected))
}

export type Kind<T> = {
  readonly expected: string
  /** @returns undefined when the value is not what is expected. */
  readonly read: (value: unknown) => T | undefined
}

const scheme: Kind<string> = {
  expected: 'a list of schemes, such as "http" and "https"',
  read: (value) =>
    typeof value === 'string' && /^[a-z][a-z\d+.-]*$/i.test(value)
      ? value.toLowerCase()
      : undefined,
}

const port: Kind<number> = {
  expected: 'a list of ports from 1 to 65535',
  read: integer(0, 1, 65_535, 'a port').read,
}

const host: Kind<string> = {
  expected: 'a list of names or addresses of hosts, without ports and patterns',
  read: (value) => (typeof value === 'string' && isHost(value) ? value : undefined),
}

function isHost(text: string): boolean {
  return isIPv6(text) || (/^[^\s:/?#@%\\*[\]]+$/.test(text) && URL.canParse(`http://${text}/`))
}

const network: Kind<string> = {
  expected: 'a list of networks or addresses, such as "10.20.0.0/16" and "fd12::1"',
  read: (value) => (typeof value === 'string' && isNetwork(value) ? value : undefined),
}

function isNetwork(text: string): boolean {
  const [, address = '', prefixLength = '0'] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && Number(prefixLength) <= (family === 4 ? 32 : 128)
}
