/**
 * From a host to the addresses that may be connected to, asked once, so that nobody can answer
 * otherwise the second time.
 *
 * One address that is not allowed refuses the whole host. A host that gives a public and a private
 * address is misconfigured or means harm, and choosing among them would leave it to chance which.
 *
 * A host that does not exist and one whose addresses are not allowed get the same answer: the
 * difference would let strangers ask for the names inside the operator's network.
 */
import { promises as dns, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { InvalidError, UnavailableError } from '@vitrine/core'
import type { AddressRules } from './address-rules.ts'

/** All addresses of a host. @throws with a `code` as `node:dns` has it. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** As everything else on this machine resolves: /etc/hosts first, then DNS. */
export const resolveBySystem: Resolve = async (host) => {
  const found = await dns.lookup(host, { all: true })
  return found.map(({ address }) => address)
}

/**
 * @returns at least one address.
 * @throws {InvalidError} when there is none, or one that is not allowed.
 * @throws {UnavailableError} when nobody could say.
 */
export async function allowedAddresses(
  host: string,
  rules: AddressRules,
  resolve: Resolve,
): Promise<readonly string[]> {
  const found = isIP(host) === 0 ? await findAddresses(host, resolve) : [host]
  const refused = found.filter((address) => !rules.allows(address))
  if (refused.length > 0) throw noAddress(host, new Error(`${refused.join(', ')} is not allowed`))
  if (found.length === 0) throw noAddress(host, new Error('it has no address'))
  return found
}

const nothingThere = new Set<unknown>(['ENOTFOUND', 'ENODATA'])

async function findAddresses(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host)
  } catch (error) {
    if (error instanceof Error && 'code' in error && nothingThere.has(error.code)) {
      throw noAddress(host, error)
    }
    throw new UnavailableError(`Cannot fetch from "${host}": it cannot be looked up just now`, {
      cause: error,
    })
  }
}

function noAddress(host: string, cause: unknown): InvalidError {
  return new InvalidError(`Cannot fetch from "${host}": it has no address that passes filtering`, {
    cause,
  })
}

/** In place of a look-up when connecting: whatever the question, the addresses that were allowed. */
export function pinnedTo(addresses: readonly string[]): LookupFunction {
  const found: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, { all }, answer) => {
    const [first] = found
    queueMicrotask(() => {
      if (all) answer(null, found)
      else if (first !== undefined) answer(null, first.address, first.family)
    })
  }
}
