/** The operations of the sharing API by which a project hears what happens. */
import { EventsBody, eventTypes } from '../events.ts'
import { json, type Operation, text, wholeNumber } from './operation.ts'

const root = '/sharing/v1'
const events = { tag: 'Events' } as const

export const eventOperations: readonly Operation[] = [
  {
    ...events,
    method: 'GET',
    path: `${root}/events`,
    summary:
      'Tells what happens to the project’s images and shares: one page, or with "Accept: text/event-stream" as it happens',
    query: [
      {
        name: 'after',
        description:
          'The cursor of the page before, "oldest" or "now"; if left out, pages begin with the oldest and streams with now',
        schema: text,
      },
      {
        name: 'types',
        description: `Only these, between commas: ${eventTypes.join(', ')}`,
        schema: text,
      },
      { name: 'limit', description: 'Most events on the page', schema: wholeNumber },
    ],
    headers: [
      {
        name: 'Last-Event-ID',
        description: 'As "after", which it overrules: the id that came last in a stream',
        schema: text,
      },
    ],
    success: {
      status: 200,
      description: 'Events, the oldest first; in a stream each as "data", with its cursor as "id"',
      ...json(EventsBody),
    },
    refusals: [410, 429],
  },
]
