/** The settings of imports: how, and from where. */
import { type ImportMethod, importMethods } from '@vitrine/core'
import { takePlugins } from './plugin-settings.ts'
import { type Choices, flag, integer, someOf } from './settings.ts'
import { type Kind, takeList, takeWebRules } from './web-settings.ts'

export function takeImports(choices: Choices) {
  const seconds = (name: string, fallback: number) =>
    choices.take(`imports.${name}`, integer(fallback, 1, mostSeconds, 'seconds'))
  return {
    methods: choices.take(
      'imports.methods',
      someOf<ImportMethod>(['glance-direct', 'web-download', 'copy-image'], importMethods),
    ),
    /** Where the Images API of each region is that images may be copied from. */
    regions: new Map(takeList(choices, 'imports.regions', [], region)),
    /** Whether data that is registered at its address is read and hashed. */
    hashLocations: choices.take('imports.hash_locations', flag(true)),
    /** For how long a task is shown after it has ended. */
    keepTaskHours: choices.take('imports.keep_task_hours', integer(48, 0, mostHours, 'hours')),
    plugins: takePlugins(choices),
    /** What every fetch is held to. */
    web: {
      ...takeWebRules(choices, 'imports'),
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

const region: Kind<readonly [string, string]> = {
  expected:
    'a list of regions and the addresses of their Images APIs, such as "Two=https://two.example/image"',
  read(value) {
    const [, name, url] = (typeof value === 'string' && /^([^=]+)=(https?:.+)$/.exec(value)) || []
    return name !== undefined && url !== undefined && URL.canParse(url) ? [name, url] : undefined
  },
}
