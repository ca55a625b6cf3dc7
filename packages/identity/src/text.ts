/** Text that people and programs give to accounts, checked before it goes anywhere. */
import { InvalidError, quote, type TypedLogIn } from '@vitrine/core'

/** The longest that each may be, in UTF-16 code units. */
export const mostCharacters = {
  id: 255,
  projectName: 64,
  userName: 255,
  email: 255,
  description: 4096,
  password: 4096,
} as const

/**
 * Both databases must be able to keep what one of them accepts: PostgreSQL has no NUL in text, and
 * a lone surrogate is no character in UTF-8.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Whether it could be anyone's: Keystone fails, rather than says no, for some that could not. */
export function canBeTyped(typed: TypedLogIn): boolean {
  const { userName, domainName, password, projectId } = typed
  return [userName, domainName, password, projectId].every(
    (text) => text !== '' && text.length <= mostCharacters.password && isStorable(text),
  )
}

/** @throws {InvalidError} when the text is too long, or a database could not keep it. */
export function requireText(what: string, text: string, most: number): string {
  if (text.length > most) {
    throw new InvalidError(
      `Cannot use ${quote(text)} as ${what}: it has ${text.length} characters, and may have ${most}`,
    )
  }
  if (!isStorable(text)) {
    throw new InvalidError(
      `Cannot use ${quote(text)} as ${what}: it contains a NUL or half of a surrogate pair, which no text may`,
    )
  }
  return text
}

/** @throws {InvalidError} as `requireText`, and when nothing is there to be read. */
export function requireName(what: string, text: string, most: number): string {
  if (text.trim() === '') {
    throw new InvalidError(`Cannot use ${quote(text)} as ${what}: it must not be blank`)
  }
  return requireText(what, text, most)
}

/** The password is in no message, whatever is wrong with it. */
export function requirePassword(password: string): string {
  if (password === '' || password.length > mostCharacters.password || !isStorable(password)) {
    throw new InvalidError(
      `Cannot use this password: it has ${password.length} characters, and must have 1 to ${mostCharacters.password}, none of them NUL or half of a surrogate pair`,
    )
  }
  return password
}
