import { toldEventTypes } from '@vitrine/core'
import { EventType } from '@vitrine/wire'
import { expect, test } from 'vitest'

// Neither package may know the other, so each lists them.
test('the types of events that clients are promised are those that projects are told of', () => {
  expect(EventType).toHaveProperty('enum', [...toldEventTypes])
})
