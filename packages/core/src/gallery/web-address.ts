/** Addresses that readers of the gallery are led to. */
import { InvalidError, quote } from '../errors.ts'

/** @throws {InvalidError} for what no browser should be led to. */
export function requireWebAddress(field: string, address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (isWeb && url.username === '' && url.password === '') return
  throw new InvalidError(
    `Cannot publish: ${quote(field)} is ${quote(address)}, and should be an address of the web, such as "https://example.com/docs"`,
  )
}
