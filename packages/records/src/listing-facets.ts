/**
 * Narrowing down by facets, and counting what each choice would leave.
 *
 * One statement counts them all: what has the words is read once, from an index that has nothing but
 * the facets, and then grouped by each of them.
 */
import {
  type CountedValue,
  type Facet,
  type FacetChoice,
  type FacetCounts,
  facets,
  type ListingQuery,
  mostFacetValues,
} from '@vitrine/core'
import { type RawBuilder, sql } from 'kysely'
import type { Database, Queries } from './database.ts'
import { wordSearch } from './listing-words.ts'

/** What has to hold of a row of `listings` for it to be among what was chosen. */
export function chosenIn(choice: FacetChoice): RawBuilder<unknown>[] {
  return facets.flatMap((facet) => {
    const value = choice[facet]
    return value === undefined ? [] : [conditions[facet](value)]
  })
}

const conditions: Readonly<Record<Facet, (value: string) => RawBuilder<unknown>>> = {
  operatingSystem: (value) => sql`operating_system_key = ${value}`,
  architecture: (value) => sql`architecture = ${value}`,
  license: (value) => sql`license_key = ${value}`,
  format: (value) => sql`format = ${value}`,
  publisher: (slug) =>
    sql`publisher_id in (select project_id from publishers where slug = ${slug})`,
  verified: (value) =>
    sql`publisher_id in (select project_id from publishers where verified = ${Number(value === 'true')})`,
}

/** By what rows are grouped, and how a value is called. */
const groupings = [
  ['operatingSystem', 'operating_system_key', 'operating_system'],
  ['architecture', 'architecture', 'architecture'],
  ['license', 'license_key', 'license'],
  ['format', 'format', 'format'],
] as const

type CountRow = {
  readonly facet: string
  readonly value: string | null
  readonly label: string | null
  readonly count: number
}

export async function countListings(
  queries: Queries,
  dialect: Database['dialect'],
  { words, choice }: Pick<ListingQuery, 'words' | 'choice'>,
): Promise<FacetCounts> {
  if (words?.length === 0) return toCounts([], choice)
  const search = words && wordSearch(dialect, words)
  // SQLite counts all that is shown straight along the index. Words are looked for once, and kept.
  const isStraight = dialect === 'sqlite' && search === undefined
  const kept = isStraight ? sql`not materialized` : sql`materialized`
  const found = search === undefined ? sql`` : sql`and ${search.has}`
  const counts = [
    sql`select 'total' as facet, null as value, null as label, count(*) as count
      from found where ${all(chosenIn(choice))}`,
    ...groupings.map(([facet, value, label]) => {
      const others = chosenIn({ ...choice, [facet]: undefined })
      const first = choice[facet] ?? null
      return sql`select * from (
        select ${sql.lit(facet)}, ${sql.ref(value)} as value, min(${sql.ref(label)}), count(*) as count
        from found where ${all(others)} group by ${sql.ref(value)}
        order by case when ${sql.ref(value)} = ${first} then 0 else 1 end, count(*) desc, ${sql.ref(value)}
        limit ${sql.lit(mostFacetValues)}
      ) as counted`
    }),
    sql`select 'publisher', slug, name, count from (
        select publisher_id, count(*) as count
        from found where ${all(chosenIn({ ...choice, publisher: undefined }))} group by publisher_id
      ) as counted join publishers on publishers.project_id = counted.publisher_id`,
    sql`select 'verified', 'true', 'Verified', count(*)
      from found where ${all(chosenIn({ ...choice, verified: 'true' }))}`,
  ]
  const { rows } = await sql<CountRow>`
    with found as ${kept} (
      select operating_system_key, operating_system, architecture, license_key, license, format,
        publisher_id
      from listings where shown = 1 ${found}
    ) ${sql.join(counts, sql` union all `)}
  `.execute(queries)
  return toCounts(rows, choice)
}

function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)
}

function toCounts(rows: readonly CountRow[], choice: FacetChoice): FacetCounts {
  const valuesOf = (facet: Facet): readonly CountedValue[] =>
    rows
      .filter((row) => row.facet === facet && Number(row.count) > 0)
      .flatMap(({ value, label, count }) =>
        value === null
          ? []
          : [
              {
                value,
                label: label ?? value,
                count: Number(count),
                chosen: choice[facet] === value,
              },
            ],
      )
      .toSorted(moreFirst)
  return {
    total: Number(rows.find(({ facet }) => facet === 'total')?.count ?? 0),
    facets: {
      operatingSystem: valuesOf('operatingSystem'),
      architecture: valuesOf('architecture'),
      license: valuesOf('license'),
      format: valuesOf('format'),
      publisher: valuesOf('publisher'),
      verified: valuesOf('verified'),
    },
  }
}

function moreFirst(one: CountedValue, other: CountedValue): number {
  return other.count - one.count || (one.value < other.value ? -1 : 1)
}
