/** The settings of imports: how, and from where. */
import { isIP, isIPv6 } from 'node:net'
import { type ImportMethod, importMethods } from '@vitrine/core'
import { takePlugins } from './plugin-settings.ts'
import { type Choices, flag, integer, list, someOf } from './settings.ts'

export function takeImports(choices: Choices) {
  const take = <T>(name: string, fallback: readonly T[], kind: Kind<T>) =>
    choices.take(`imports.${name}`, list(fallback, kind.read, kind.expected))
  const seconds = (name: string, fallback: number) =>
    choices.take(`imports.${name}`, integer(fallback, 1, mostSeconds, 'seconds'))
  return {
    methods: choices.take(
      'imports.methods',
      someOf<ImportMethod>(['glance-direct', 'web-download', 'copy-image'], importMethods),
    ),
    /** Where the Images API of each region is that images may be copied from. */
    regions: new Map(take('regions', [], region)),
    /** Whether data that is registered at its address is read and hashed. */
    hashLocations: choices.take('imports.hash_locations', flag(true)),
    /** For how long a task is shown after it has ended. */
    keepTaskHours: choices.take('imports.keep_task_hours', integer(48, 0, mostHours, 'hours')),
    plugins: takePlugins(choices),
    /** What every fetch is held to. */
    web: {
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
      timeLimits: {
        totalMs: seconds('timeout_seconds', 24 * 60 * 60) * 1000,
        idleMs: seconds('idle_timeout_seconds', 60) * 1000,
      },
    },
  }
}

/** Node's timers reach no further than 2^31 milliseconds. */
const mostSeconds = 2_000_000
const mostHours = 24 * 365

type Kind<T> = {
  readonly expected: string
  /** @returns undefined when the value is not what is expected. */
  readonly read: (value: unknown) => T | undefined
}

const region: Kind<readonly [string, string]> = {
  expected:
    'a list of regions and the addresses of their Images APIs, such as "Two=https://two.example/image"',
  read(value) {
    const [, name, url] = (typeof value === 'string' && /^([^=]+)=(https?:.+)$/.exec(value)) || []
    return name !== undefined && url !== undefined && URL.canParse(url) ? [name, url] : undefined
  },
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
