export type { GoodToken, Scope } from './account-tokens.ts'
export type { KeystoneIdentityOptions } from './keystone-identity.ts'
export { KeystoneIdentity } from './keystone-identity.ts'
export type {
  Bootstrap,
  LocalAccountsOptions,
  ProjectFields,
  UserFields,
} from './local-accounts.ts'
export { LocalAccounts } from './local-accounts.ts'
export type { PasswordCost } from './password.ts'
export { mostCharacters, requireText } from './text.ts'
export type { TokenClaims } from './token-signer.ts'
