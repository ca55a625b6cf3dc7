/**
 * Who may do what to an image, as tables of status codes.
 *
 * They are the tables of the Images API v2 as its service was observed to answer, with four
 * answers that we give on purpose where the observed one gives something away:
 *
 * - a private image is hidden (404) from the role-less of its own project in member calls too;
 * - a consumer that removes a member is told 403 of every id, so that it learns of no other member;
 * - an unowned image is there for admins and members only;
 * - nobody but an admin gives an image away, whatever its visibility.
 */
import type { Visibility } from '@vitrine/core'
import { columns } from './access-callers.ts'
import { parseTable, type TableRow } from './text-table.ts'

export type AccessTable = {
  readonly about: string
  readonly images: readonly ImageKind[]
  readonly rows: readonly TableRow<(typeof columns)[number]>[]
}

export type ImageKind = {
  readonly visibility: Visibility
  readonly status: 'queued' | 'active' | 'deactivated'
  readonly owner: 'producer' | null
  /** Whether the producer stands in its own list of members, too. */
  readonly ownerIsMember?: boolean
}

const table = (text: string) => parseTable(columns, text)
const active = (visibility: Visibility): ImageKind => ({
  visibility,
  status: 'active',
  owner: 'producer',
})

export const accessTables: readonly AccessTable[] = [
  {
    about: 'a shared image',
    images: [active('shared')],
    rows: table(`
      operation              own      ownR     mem      memR     non  adm      svc  none
      show                   200      200      200      200      404  200      404  404
      download               200      403      200      403      404  200      404  404
      list members           200 all  200 all  200 own  200 own  404  200 all  404  404
      show itself            404      404      200      200      404  404      404  404
      show another member    200      200      404      404      404  200      404  404
      show no member         404      404      404      404      404  404      404  404
      add a member           200      403      403      403      404  200      404  404
      add a member again     409      403      403      403      404  409      404  404
      answer for itself      404      404      200      403      404  404      404  404
      answer for another     403      403      404      404      404  200      404  404
      answer for no member   404      404      404      404      404  404      404  404
      remove itself          404      404      403      403      404  404      404  404
      remove another         204      403      403      403      404  204      404  404
      remove no member       404      404      403      403      404  404      404  404
      rename                 200      403      403      403      404  200      404  404
      publish                403      403      403      403      404  200      404  404
      make community         200      403      403      403      404  200      404  404
      make private           200      403      403      403      404  200      404  404
      give away              403      403      403      403      404  200      404  404
      add a tag              204      403      403      403      404  204      404  404
      delete a tag           204      403      403      403      404  204      404  404
      delete a missing tag   404      403      403      403      404  404      404  404
      upload                 409      403      403      403      404  409      404  404
      deactivate             204      403      403      403      404  204      404  404
      reactivate             204      403      403      403      404  204      404  404
      delete                 204      403      403      403      404  204      404  404
    `),
  },
  {
    about: 'a private image, whose members are asleep',
    images: [active('private')],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   200  200   404  404   404  200  404  404
      download               200  403   404  404   404  200  404  404
      list members           403  403   404  404   404  403  404  404
      show itself            404  404   404  404   404  404  404  404
      show another member    404  404   404  404   404  404  404  404
      show no member         404  404   404  404   404  404  404  404
      add a member           403  403   404  404   404  403  404  404
      add a member again     403  403   404  404   404  403  404  404
      answer for itself      403  403   404  404   404  403  404  404
      answer for another     403  403   404  404   404  403  404  404
      remove itself          403  403   404  404   404  403  404  404
      remove another         403  403   404  404   404  403  404  404
      remove no member       403  403   404  404   404  403  404  404
      rename                 200  403   404  404   404  200  404  404
      publish                403  403   404  404   404  200  404  404
      make community         200  403   404  404   404  200  404  404
      give away              403  403   404  404   404  200  404  404
      add a tag              204  403   404  404   404  204  404  404
      delete a tag           204  403   404  404   404  204  404  404
      delete a missing tag   404  403   404  404   404  404  404  404
      upload                 409  403   404  404   404  409  404  404
      deactivate             204  403   404  404   404  204  404  404
      reactivate             204  403   404  404   404  204  404  404
      delete                 204  403   404  404   404  204  404  404
    `),
  },
  {
    about: 'an image for everyone, whose members are asleep',
    images: [active('community'), active('public')],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   200  200   200  200   200  200  404  404
      download               200  403   200  403   200  200  404  404
      list members           403  403   403  403   403  403  403  403
      show itself            404  404   404  404   404  404  404  404
      show another member    404  404   404  404   404  404  404  404
      show no member         404  404   404  404   404  404  404  404
      add a member           403  403   403  403   403  403  403  403
      add a member again     403  403   403  403   403  403  403  403
      answer for itself      403  403   403  403   403  403  403  403
      answer for another     403  403   403  403   403  403  403  403
      remove itself          403  403   403  403   403  403  403  403
      remove another         403  403   403  403   403  403  403  403
      remove no member       403  403   403  403   403  403  403  403
      rename                 200  403   403  403   403  200  404  404
      publish                403  403   403  403   403  200  404  404
      make private           200  403   403  403   403  200  404  404
      give away              403  403   403  403   403  200  404  404
      add a tag              204  403   403  403   403  204  404  404
      delete a tag           204  403   403  403   403  204  404  404
      delete a missing tag   404  403   403  403   403  404  404  404
      upload                 409  403   403  403   403  409  404  404
      deactivate             204  403   403  403   403  204  404  404
      reactivate             204  403   403  403   403  204  404  404
      delete                 204  403   403  403   403  204  404  404
    `),
  },
  {
    about: 'a shared image without data yet',
    images: [{ visibility: 'shared', status: 'queued', owner: 'producer' }],
    rows: table(`
      operation              own      ownR     mem      memR     non  adm      svc  none
      show                   200      200      200      200      404  200      404  404
      download               204      403      204      403      404  204      404  404
      list members           200 all  200 all  200 own  200 own  404  200 all  404  404
      add a member           200      403      403      403      404  200      404  404
      answer for itself      404      404      200      403      404  404      404  404
      rename                 200      403      403      403      404  200      404  404
      upload                 204      403      403      403      404  204      404  404
      deactivate             403      403      403      403      404  403      404  404
      reactivate             403      403      403      403      404  403      404  404
      delete                 204      403      403      403      404  204      404  404
    `),
  },
  {
    about: 'a private image without data yet',
    images: [{ visibility: 'private', status: 'queued', owner: 'producer' }],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   200  200   404  404   404  200  404  404
      download               204  403   404  404   404  204  404  404
      upload                 204  403   404  404   404  204  404  404
      deactivate             403  403   404  404   404  403  404  404
      reactivate             403  403   404  404   404  403  404  404
      delete                 204  403   404  404   404  204  404  404
    `),
  },
  {
    about: 'an image for everyone without data yet',
    images: [
      { visibility: 'community', status: 'queued', owner: 'producer' },
      { visibility: 'public', status: 'queued', owner: 'producer' },
    ],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   200  200   200  200   200  200  404  404
      download               204  403   204  403   204  204  404  404
      upload                 204  403   403  403   403  204  404  404
      deactivate             403  403   403  403   403  403  404  404
      reactivate             403  403   403  403   403  403  404  404
      delete                 204  403   403  403   403  204  404  404
    `),
  },
  {
    about: 'a deactivated shared image',
    images: [{ visibility: 'shared', status: 'deactivated', owner: 'producer' }],
    rows: table(`
      operation              own      ownR     mem      memR     non  adm      svc  none
      show                   200      200      200      200      404  200      404  404
      download               403      403      403      403      404  200      404  404
      list members           200 all  200 all  200 own  200 own  404  200 all  404  404
      add a member           200      403      403      403      404  200      404  404
      answer for itself      404      404      200      403      404  404      404  404
      rename                 200      403      403      403      404  200      404  404
      upload                 409      403      403      403      404  409      404  404
      deactivate             204      403      403      403      404  204      404  404
      reactivate             204      403      403      403      404  204      404  404
      delete                 204      403      403      403      404  204      404  404
    `),
  },
  {
    about: 'a deactivated image for everyone',
    images: [
      { visibility: 'community', status: 'deactivated', owner: 'producer' },
      { visibility: 'public', status: 'deactivated', owner: 'producer' },
    ],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   200  200   200  200   200  200  404  404
      download               403  403   403  403   403  200  404  404
    `),
  },
  {
    about: 'a shared image that nobody owns',
    images: [{ visibility: 'shared', status: 'active', owner: null }],
    rows: table(`
      operation              own  ownR  mem      memR     non  adm      svc  none
      show                   404  404   200      200      404  200      404  404
      download               404  404   200      403      404  200      404  404
      list members           404  404   200 own  200 own  404  200 all  404  404
      add a member           404  404   403      403      404  200      404  404
      answer for itself      404  404   200      403      404  404      404  404
      remove another         404  404   403      403      404  204      404  404
      rename                 404  404   403      403      404  200      404  404
      delete                 404  404   403      403      404  204      404  404
    `),
  },
  {
    about: 'a private image that nobody owns',
    images: [{ visibility: 'private', status: 'active', owner: null }],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   404  404   404  404   404  200  404  404
      download               404  404   404  404   404  200  404  404
      list members           404  404   404  404   404  403  404  404
      rename                 404  404   404  404   404  200  404  404
      delete                 404  404   404  404   404  204  404  404
    `),
  },
  {
    about: 'an image for everyone that nobody owns',
    images: [
      { visibility: 'community', status: 'active', owner: null },
      { visibility: 'public', status: 'active', owner: null },
    ],
    rows: table(`
      operation              own  ownR  mem  memR  non  adm  svc  none
      show                   200  200   200  200   200  200  404  404
      download               200  403   200  403   200  200  404  404
      list members           403  403   403  403   403  403  403  403
      rename                 403  403   403  403   403  200  404  404
      give away              403  403   403  403   403  200  404  404
      delete                 403  403   403  403   403  204  404  404
    `),
  },
  {
    about: 'a shared image whose producer stands in its own list of members',
    images: [{ ...active('shared'), ownerIsMember: true }],
    rows: table(`
      operation              own      ownR     none
      list members           200 all  200 all  404
      show itself            200      200      404
      answer for itself      403      403      404
      remove itself          204      403      404
      add itself again       409      403      404
    `),
  },
]
