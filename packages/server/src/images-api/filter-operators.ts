/**
 * The operators that may stand before a filter's value: `in:a,"b,c"`, `eq:a`, `gte:2026-01-31`.
 *
 * Spec: Images API v2, "List images", "The in operator" and "Time comparison".
 */
import { InvalidError, quote, type TimeRelation } from '@vitrine/core'

/** Prefixes that have a meaning for some field, so that one in the wrong place is no accident. */
const operators = new Set(['eq', 'neq', 'in', 'gt', 'gte', 'lt', 'lte'])

/**
 * The values of which one must be equal.
 *
 * A name may hold a colon of its own: of `name=ubuntu:22.04` the prefix is no operator, so it is
 * part of the name. Elsewhere an unknown prefix is refused.
 */
export function parseTextCondition(name: string, value: string): readonly string[] {
  const colon = value.indexOf(':')
  const prefix = colon === -1 ? '' : value.slice(0, colon)
  const rest = value.slice(colon + 1)
  if (colon === -1) return [value]
  if (prefix === 'eq') return [rest]
  if (prefix === 'in') return splitList(name, rest)
  if (name === 'name' && !operators.has(prefix)) return [value]
  throw new InvalidError(
    `Cannot filter images by ${name}=${quote(value)}: unable to filter on an unknown operator, only "eq:" and "in:" are known here`,
  )
}

/** Items between commas; one in double quotes may hold commas itself. */
function splitList(name: string, text: string): string[] {
  const item = /(?:\s*"([^"]*)"\s*|([^",]*))(?:,|$)/y
  const items: string[] = []
  while (true) {
    const found = item.exec(text)
    if (found === null) {
      throw new InvalidError(
        `Cannot filter images by ${name}=in:${quote(text)}: an item in double quotes must be followed by a comma, and quotes must be closed`,
      )
    }
    items.push(found[1] ?? found[2]?.trim() ?? '')
    if (!found[0].endsWith(',')) return items
    if (item.lastIndex === text.length) return [...items, '']
  }
}

const timeRelations: readonly TimeRelation[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq']

/** `gte:2026-01-31T23:59:59Z`; without an operator the time must be equal. */
export function parseTimeCondition(name: string, value: string): { is: TimeRelation; value: Date } {
  const [, prefix = 'eq', rest = value] = /^([a-z]+):(.*)$/s.exec(value) ?? []
  const is = timeRelations.find((relation) => relation === prefix)
  if (is === undefined) {
    throw new InvalidError(
      `Cannot filter images by ${name}=${quote(value)}: unable to filter on an unknown operator, it should be one of ${timeRelations.join(', ')}`,
    )
  }
  return { is, value: parseTime(name, rest) }
}

const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/** An ISO 8601 date, or date and time; UTC where it names no zone. */
function parseTime(name: string, text: string): Date {
  const [, date = '', time = '00:00:00', zone = 'Z'] = isoTime.exec(text.trim()) ?? []
  const offset = zone.length === 3 ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const parsed = new Date(`${date}T${time}${offset.toUpperCase()}`)
  if (!Number.isNaN(parsed.getTime())) return parsed
  throw new InvalidError(
    `Cannot filter images by ${name}: ${quote(text)} is no time; it should be written like 2026-01-31 or 2026-01-31T23:59:59Z`,
  )
}
