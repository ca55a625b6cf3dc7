/**
 * What the operator chose: a file, over it the environment, over that the command line.
 *
 * A setting is a section and a key: `port` in the section `[http]` of `vitrine.toml`, or
 * `VITRINE_HTTP__PORT`. An unknown name or a bad value stops the start with the name, the value and
 * what was expected. Only this module reads the environment.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Quotas } from '@vitrine/core'
import { parse } from 'smol-toml'
import { readNetwork } from './client-network.ts'
import { readOrigin } from './cors.ts'
import { takeGallery } from './gallery-settings.ts'
import { takeIdentity } from './identity-settings.ts'
import { takeImports } from './import-settings.ts'
import { takeMail } from './mail-settings.ts'
import { takeNotifications } from './notification-settings.ts'
import { takeOperations } from './operations/operations-settings.ts'
import { takePropertyProtections } from './property-settings.ts'
import { type S3Defaults, s3DefaultsFrom } from './s3-settings.ts'
import {
  Choices,
  type Chosen,
  ConfigError,
  choice,
  flag,
  integer,
  isText,
  list,
  names,
  optionalDatabaseUrl,
  optionalText,
  optionalUrl,
  type Setting,
  text,
} from './settings.ts'
import { takeSharing } from './sharing-settings.ts'
import { takeStores } from './stores-settings.ts'
import { takeWebhooks } from './webhook-settings.ts'

export type ConfigSources = {
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** From the command line: by the name of the setting, the value and how the flag is written. */
  readonly flags?: ReadonlyMap<string, Chosen>
  /** Path of the file; without one, `vitrine.toml` in the working directory if it is there. */
  readonly file?: string | undefined
}

export type Config = ReturnType<typeof takeSettings>

/** @throws {ConfigError} when a name is unknown or a value is not what it should be. */
export function readConfig(sources: ConfigSources): {
  readonly config: Config
  /** Password for the admin of the first start; undefined to make one up. */
  readonly adminPassword: string | undefined
  /** Everything in force, one setting a line, secrets hidden. */
  readonly lines: readonly string[]
} {
  const { environment, flags = new Map(), file } = sources
  const choices = new Choices(
    new Map([
      ...fromFile(file ?? environment.VITRINE_CONFIG),
      ...fromEnvironment(environment),
      ...flags,
    ]),
  )
  const config = takeSettings(choices, s3DefaultsFrom(environment))
  choices.requireAllTaken()
  return { config, adminPassword: environment.VITRINE_ADMIN_PASSWORD, lines: choices.lines() }
}

function accelPrefix(): Setting<string | undefined> {
  return {
    expected: 'the path of an internal location of the proxy, such as "/_images"',
    fallback: undefined,
    read: (value) =>
      isText(value) && /^(\/[\w.~-]+)+\/?$/.test(value) ? value.replace(/\/$/, '') : undefined,
  }
}

const unlimited = -1
const most = Number.MAX_SAFE_INTEGER

/** Every setting there is. docs/configuration.md explains them in this order. */
function takeSettings(choices: Choices, s3Defaults: S3Defaults) {
  const http = {
    host: choices.take('http.host', text('127.0.0.1', 'an address to listen on')),
    /** 0 for any that is free. */
    port: choices.take('http.port', integer(9292, 0, 65_535, 'a port')),
    /** How clients reach the service, without a slash at the end; undefined to take their word. */
    publicUrl: choices.take(
      'http.public_url',
      optionalUrl('the URL under which clients reach the service'),
    ),
    trustedProxies: choices.take(
      'http.trusted_proxies',
      list([], readNetwork, 'addresses or networks of proxies, such as "10.0.0.0/8"'),
    ),
    /** Where the proxy in front of us finds files of stores; undefined where there is none. */
    accelPrefix: choices.take('http.accel_redirect', accelPrefix()),
    /** Of web pages that may call the service. */
    allowedOrigins: choices.take(
      'http.allowed_origins',
      list([], readOrigin, 'origins of web pages, such as "https://dashboard.example", or "*"'),
    ),
    /** For how long a service that was asked to end goes on, so that load balancers notice. */
    drainSeconds: choices.take('http.drain_seconds', integer(0, 0, 3600, 'a number of seconds')),
    /** For how long it then lets transfers finish. */
    shutdownSeconds: choices.take(
      'http.shutdown_seconds',
      integer(30, 0, 24 * 3600, 'a number of seconds'),
    ),
  }
  const directory = resolve(choices.take('data.directory', text('data', 'a path')))
  return {
    http,
    data: { directory },
    database: {
      url:
        choices.take('database.url', optionalDatabaseUrl()) ??
        `sqlite:${join(directory, 'vitrine.sqlite')}`,
    },
    identity: takeIdentity(choices),
    stores: takeStores(choices, s3Defaults),
    images: {
      diskFormats: choices.take(
        'images.disk_formats',
        names('ami ari aki vhd vhdx vmdk raw qcow2 vdi iso ploop'.split(' '), 'a list of names'),
      ),
      containerFormats: choices.take(
        'images.container_formats',
        names('ami ari aki bare ovf ova docker compressed'.split(' '), 'a list of names'),
      ),
      /** By the name that OpenSSL and Python's hashlib share. */
      hashAlgorithm: choices.take(
        'images.hash_algorithm',
        choice('sha512', ['sha512', 'sha384', 'sha256', 'sha1', 'md5']),
      ),
      requireFormatMatch: choices.take('images.require_format_match', flag(true)),
      showDirectUrl: choices.take('images.show_direct_url', flag(false)),
      /** Empty where the operator keeps none. */
      certificatesDirectory: choices.take('images.certificates_directory', text('', 'a path')),
      showLocations: choices.take('images.show_locations', flag(false)),
    },
    cache: {
      directory: choices.take('cache.directory', optionalText('a path')),
      limitBytes: choices.take('cache.limit_bytes', integer(10 * 2 ** 30, 0, most, 'bytes')),
    },
    imports: takeImports(choices),
    /** -1 is no limit. */
    limits: {
      imageSizeBytes: choices.take(
        'limits.image_size_bytes',
        integer(2 ** 40, unlimited, most, 'bytes'),
      ),
      propertiesPerImage: choices.take(
        'limits.properties_per_image',
        integer(128, unlimited, most, 'a number'),
      ),
      propertyBytesPerImage: choices.take(
        'limits.property_bytes_per_image',
        integer(256 * 1024, unlimited, most, 'bytes'),
      ),
      tagsPerImage: choices.take(
        'limits.tags_per_image',
        integer(128, unlimited, most, 'a number'),
      ),
      membersPerImage: choices.take(
        'limits.members_per_image',
        integer(128, unlimited, most, 'a number'),
      ),
      locationsPerImage: choices.take(
        'limits.locations_per_image',
        integer(10, unlimited, most, 'a number'),
      ),
    },
    quotas: takeQuotas(choices),
    propertyProtections: takePropertyProtections(choices),
    sharing: takeSharing(choices),
    gallery: takeGallery(choices),
    mail: takeMail(choices),
    webhooks: takeWebhooks(choices),
    notifications: takeNotifications(choices),
    operations: takeOperations(choices),
    pageSizes: {
      default: choices.take('limits.page_size', integer(25, 1, 1000, 'a number of images')),
      largest: choices.take(
        'limits.largest_page_size',
        integer(1000, 1, 10_000, 'a number of images'),
      ),
    },
  }
}

/** What one project may keep in all. */
function takeQuotas(choices: Choices): Quotas {
  const number = integer(unlimited, unlimited, most, 'a number')
  const bytes = choices.take(
    'limits.bytes_per_project',
    integer(unlimited, unlimited, most, 'bytes'),
  )
  return {
    images: choices.take('limits.images_per_project', number),
    bytes,
    // Else whoever may keep no more could stage without end.
    stagedBytes: choices.take(
      'limits.staged_bytes_per_project',
      integer(bytes, unlimited, most, 'bytes'),
    ),
    uploading: choices.take('limits.uploads_per_project', number),
  }
}

const defaultFile = 'vitrine.toml'
/** Settings that are a list of tables, and stand in no section. */
const listsOfTables = new Set(['stores', 'property_protections'])

function fromFile(path: string | undefined): [string, Chosen][] {
  if (path === undefined && !existsSync(defaultFile)) return []
  const file = path ?? defaultFile
  return Object.entries(parseFile(file)).flatMap(([section, keys]) => {
    if (listsOfTables.has(section)) return [[section, { value: keys, source: file }]]
    if (typeof keys !== 'object' || keys === null || Array.isArray(keys) || keys instanceof Date) {
      throw new ConfigError(
        `Cannot start: ${section} stands outside of a section in ${file}; write it under [section]`,
      )
    }
    return Object.entries(keys).map(
      ([key, value]) => [`${section}.${key}`, { value, source: file }] as [string, Chosen],
    )
  })
}

function parseFile(file: string): Record<string, unknown> {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`Cannot start: ${file} cannot be read: ${reason}`, { cause: error })
  }
}

const prefix = 'VITRINE_'
/** Read at their own places. */
const notSettings = new Set(['VITRINE_CONFIG', 'VITRINE_ADMIN_PASSWORD'])

function fromEnvironment(environment: ConfigSources['environment']): [string, Chosen][] {
  return Object.entries(environment)
    .filter(
      ([name, value]) => name.startsWith(prefix) && !notSettings.has(name) && value !== undefined,
    )
    .map(([name, value]) => {
      const setting = name.slice(prefix.length).toLowerCase().replace('__', '.')
      return [setting, { value, source: name }]
    })
}
