/**
 * The setting `property_protections`: who may do what with which custom properties.
 *
 *   [[property_protections]]
 *   pattern = "^x_billing_"
 *   create = ["admin", "billing"]
 *   read = ["@"]
 *   update = ["admin"]
 *   delete = []
 *
 * In the environment it is one JSON text. Without it every property is open to whoever may change
 * the image; with it, a name that fits no pattern is closed to everyone.
 */
import { type PropertyRule, propertyOperations } from '@vitrine/core'
import { type Choices, isText, readListOfTables, type Setting } from './settings.ts'

export function takePropertyProtections(choices: Choices): readonly PropertyRule[] {
  return choices.take('property_protections', protections)
}

const protections: Setting<readonly PropertyRule[]> = {
  expected:
    'a list of rules, each with a pattern (a regular expression) and lists of roles for create, read, update and delete; "@" alone for everyone',
  fallback: [],
  read: (value) => readListOfTables(value, readRule),
}

const keys = new Set(['pattern', ...propertyOperations])

function readRule(rule: Readonly<Record<string, unknown>>): PropertyRule | undefined {
  if (Object.keys(rule).some((key) => !keys.has(key)) || !isText(rule.pattern)) return undefined
  const pattern = parsePattern(rule.pattern)
  const [create, read, update, remove] = propertyOperations.map((one) => readRoles(rule[one]))
  if (!pattern || !create || !read || !update || !remove) return undefined
  return { pattern, roles: { create, read, update, delete: remove } }
}

/** `@` is everyone and `!` is no one; beside other roles either would be a mistake. */
function readRoles(value: unknown = []): readonly string[] | undefined {
  if (!Array.isArray(value) || !value.every(isText)) return undefined
  if (value.length > 1 && (value.includes('@') || value.includes('!'))) return undefined
  return value.filter((role) => role !== '!')
}

function parsePattern(text: string): RegExp | undefined {
  try {
    // Fits at the beginning, as operators know it.
    return new RegExp(`^(?:${text})`, 'u')
  } catch {
    return undefined
  }
}
