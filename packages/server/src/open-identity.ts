/**
 * Opens the identity that the operator chose, and says how the rest of the service shows it: whether
 * there is an Identity API of ours, where callers without a token are sent, and what to print.
 */
import type { AccountRecords, Identity, PasswordLogIn } from '@vitrine/core'
import { type Bootstrap, KeystoneIdentity, LocalAccounts } from '@vitrine/identity'
import type { FastifyBaseLogger } from 'fastify'
import type { IdentitySettings, KeystoneSettings, LocalSettings } from './identity-settings.ts'

export type OpenIdentity = {
  readonly identity: Identity & PasswordLogIn
  /** The built-in accounts, to be served as an Identity API; undefined when Keystone keeps them. */
  readonly accounts: LocalAccounts | undefined
  /** Where callers without a token are sent, given the URL under which the service is reached. */
  readonly urlFor: (publicUrl: string) => string
  readonly bootstrap: Bootstrap
}

export type OpenIdentityOptions = {
  readonly records: AccountRecords
  readonly adminPassword: string | undefined
  readonly log: FastifyBaseLogger
}

export function openIdentity(
  settings: IdentitySettings,
  options: OpenIdentityOptions,
): Promise<OpenIdentity> {
  return settings.kind === 'local'
    ? openAccounts(settings, options)
    : openKeystone(settings, options)
}

async function openAccounts(
  { tokenSeconds: tokenLifetimeSeconds, passwordCost: logN }: LocalSettings,
  { records, adminPassword }: OpenIdentityOptions,
): Promise<OpenIdentity> {
  const accounts = await LocalAccounts.open({
    records,
    tokenLifetimeSeconds,
    passwordCost: { logN },
  })
  return {
    identity: accounts,
    accounts,
    urlFor: (publicUrl) => `${publicUrl}/identity/v3`,
    bootstrap: await accounts.bootstrap(adminPassword),
  }
}

async function openKeystone(
  { timeoutSeconds, wwwAuthenticateUri, ...settings }: KeystoneSettings,
  { log }: OpenIdentityOptions,
): Promise<OpenIdentity> {
  const identity = new KeystoneIdentity({ ...settings, timeoutMs: timeoutSeconds * 1000 })
  // Nobody waits for it: the two may start in any order. The operator hears of a mistake, though.
  identity.begin().catch((error) => log.error({ err: error }, 'cannot log in to Keystone'))
  return {
    identity,
    accounts: undefined,
    urlFor: () => wwwAuthenticateUri,
    bootstrap: { created: false },
  }
}
