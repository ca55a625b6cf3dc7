/**
 * /v2/cache: copies of image data close at hand. This service keeps none, and says so to admins.
 *
 * Spec: Images API v2, "Cache management".
 */
import { ForbiddenError, isAdmin, NotFoundError } from '@vitrine/core'
import type { Handler } from './call.ts'

/** @param policy the name under which operators know the right to ask. */
export function refuseCache(policy: string): Handler {
  return async ({ actor }) => {
    if (!isAdmin(actor)) {
      throw new ForbiddenError(`You are not authorized to complete ${policy} action.`)
    }
    throw new NotFoundError('Caching via API is not supported at this site.')
  }
}
