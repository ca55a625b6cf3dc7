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
  /^(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/i

/** An ISO 8601 date, or date and time; UTC where it names no zone. */
function parseTime(name: string, text: string): Date {
  const [
    found,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    ...rest
  ] = isoTime.exec(text.trim()) ?? []
  const [fraction = '0', zone = 'Z'] = rest
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const time = new Date(`${written}Z`)
  // A 30th of February would be taken for the 2nd of March.
  const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(written)
  const offsetMinutes = parseOffset(zone)
  if (found === undefined || !exists || offsetMinutes === undefined) {
    throw new InvalidError(
      `Cannot filter images by ${name}: ${quote(text)} is no time; it should be written like 2026-01-31 or 2026-01-31T23:59:59Z`,
    )
  }
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000)
  return new Date(time.getTime() + milliseconds - offsetMinutes * 60_000)
}

/** Minutes east of Greenwich: `+02:00`, `-0330`, `+02`. */
function parseOffset(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', ''))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
