/** What is asked of the lists: three callers, each with and without filters, in two orders. */
import {
  type Actor,
  completeSort,
  type ImageFilter,
  type ImageListQuery,
  listScope,
  type SortKey,
} from '@vitrine/core'
import { consumer, owner } from './world.ts'

export type Question = { readonly name: string; readonly query: ImageListQuery }

const callers: Readonly<Record<string, Actor>> = {
  owner: { userId: 'u', projectId: owner, roles: new Set(['member', 'reader']) },
  'member of 10 000': { userId: 'u', projectId: consumer, roles: new Set(['member', 'reader']) },
  admin: { userId: 'u', projectId: 'admin', roles: new Set(['admin', 'member', 'reader']) },
}

const filters: Readonly<Record<string, readonly ImageFilter[]>> = {
  'no filter': [],
  name: [{ kind: 'text', field: 'name', oneOf: ['image-7'] }],
  tag: [{ kind: 'tag', tag: 'lts' }],
  status: [{ kind: 'text', field: 'status', oneOf: ['active'] }],
  property: [{ kind: 'property', name: 'os_distro', value: 'debian' }],
  'tag and property': [
    { kind: 'tag', tag: 'lts' },
    { kind: 'property', name: 'os_distro', value: 'debian' },
  ],
  'a tag that nothing has': [{ kind: 'tag', tag: 'nothing' }],
}

const orders: Readonly<Record<string, readonly SortKey[]>> = {
  newest: [],
  'by name': [{ field: 'name', direction: 'asc' }],
}

export const questions: readonly Question[] = Object.entries(callers).flatMap(([who, actor]) =>
  Object.entries(orders).flatMap(([order, sort]) =>
    Object.entries(filters).map(([what, chosen]) => ({
      name: `${who}, ${order}, ${what}`,
      query: {
        scope: listScope(actor, {}),
        hidden: false,
        filters: chosen,
        sort: completeSort(sort),
        after: undefined,
        limit: 25,
      },
    })),
  ),
)
