/** Refusals of a property's value, with what the catalogue says of the property. */
import { type PropertyDefinitions, PropertyRefusedError } from '@vitrine/core'
import type { Handler } from '../images-api/call.ts'

/** The handler, whose refusals of a value are explained to the caller where a namespace can. */
export function explained(definitions: PropertyDefinitions, handler: Handler): Handler {
  return async (call) => {
    try {
      return await handler(call)
    } catch (error) {
      if (!(error instanceof PropertyRefusedError)) throw error
      const { property } = error
      const sentence = await definitions.explain(call.actor, 'OS::Glance::Image', property)
      if (sentence === undefined) throw error
      throw new PropertyRefusedError(property, `${error.message}. ${sentence}`, { cause: error })
    }
  }
}
