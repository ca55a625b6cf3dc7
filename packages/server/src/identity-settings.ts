/**
 * Whose word counts for who somebody is: the accounts that Vitrine keeps itself, or Keystone's.
 */
import {
  type Choices,
  ConfigError,
  choice,
  integer,
  optionalText,
  type Setting,
  secret,
  text,
} from './settings.ts'

export type LocalSettings = {
  readonly kind: 'local'
  /** How long a token is good for. */
  readonly tokenSeconds: number
  /** Of hashing a password: each step doubles its time and memory. */
  readonly passwordCost: number
}

export type KeystoneSettings = {
  readonly kind: 'keystone'
  readonly authUrl: string
  readonly username: string
  readonly password: string
  readonly projectName: string
  readonly userDomainName: string
  readonly projectDomainName: string
  /** Where callers without a token are sent. */
  readonly wwwAuthenticateUri: string
  readonly cacheSeconds: number
  readonly timeoutSeconds: number
}

export type IdentitySettings = LocalSettings | KeystoneSettings

/** @throws {ConfigError} when Keystone is chosen and something is missing that it takes. */
export function takeIdentity(choices: Choices): IdentitySettings {
  const kind = choices.take('identity.kind', choice('local', ['local', 'keystone']))
  const tokenSeconds = choices.take(
    'identity.token_seconds',
    integer(3600, 1, Number.MAX_SAFE_INTEGER, 'seconds'),
  )
  const passwordCost = choices.take(
    'identity.password_cost',
    integer(14, 10, 20, 'the power of two that scrypt takes as its cost'),
  )
  // Taken for both kinds: a setting of the other kind is no mistake, it only waits.
  const keystone = takeKeystone(choices)
  return kind === 'local' ? { kind, tokenSeconds, passwordCost } : requireKeystone(keystone)
}

function takeKeystone(choices: Choices) {
  const authUrl = choices.take('identity.auth_url', keystoneUrl())
  return {
    authUrl,
    username: choices.take('identity.username', optionalText('the name of a user in Keystone')),
    password: choices.take('identity.password', secret(optionalText('the password of that user'))),
    projectName: choices.take(
      'identity.project_name',
      optionalText('the name of a project in Keystone'),
    ),
    userDomainName: choices.take('identity.user_domain_name', text('Default', 'a domain’s name')),
    projectDomainName: choices.take(
      'identity.project_domain_name',
      text('Default', 'a domain’s name'),
    ),
    wwwAuthenticateUri: choices.take('identity.www_authenticate_uri', keystoneUrl()) ?? authUrl,
    cacheSeconds: choices.take('identity.cache_seconds', integer(60, 0, 3600, 'seconds')),
    timeoutSeconds: choices.take('identity.timeout_seconds', integer(10, 1, 300, 'seconds')),
  }
}

function requireKeystone(settings: ReturnType<typeof takeKeystone>): KeystoneSettings {
  const { authUrl, username, password, projectName, wwwAuthenticateUri, ...rest } = settings
  if (!authUrl || !wwwAuthenticateUri || !username || !password || !projectName) {
    const needed = Object.entries({
      'identity.auth_url': authUrl,
      'identity.username': username,
      'identity.password': password,
      'identity.project_name': projectName,
    })
    const missing = needed.filter(([, value]) => value === undefined).map(([name]) => name)
    throw new ConfigError(
      `Cannot start: identity.kind is "keystone", and that needs ${missing.join(', ')} to be set too`,
    )
  }
  const kind = 'keystone'
  return { kind, authUrl, username, password, projectName, wwwAuthenticateUri, ...rest }
}

/** It stands in a header between quotes, and tokens are sent there. */
function keystoneUrl(): Setting<string | undefined> {
  return {
    expected:
      'the URL of Keystone’s API v3, such as "https://keystone.example:5000/v3", without a user, a query or version 2',
    fallback: undefined,
    read(value) {
      if (typeof value !== 'string' || /[^\x21-\x7e]|["\\]/.test(value)) return undefined
      const url = URL.parse(value)
      if (url === null || !/^https?:$/.test(url.protocol)) return undefined
      if (url.username !== '' || url.password !== '' || /[?#]/.test(value)) return undefined
      const trimmed = value.replace(/\/+$/, '')
      return /\/v2(\.0)?$/.test(trimmed) ? undefined : trimmed
    },
  }
}
