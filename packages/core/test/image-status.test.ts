import { describe, expect, test } from 'vitest'
import { mayBecome } from '../src/image-status.ts'
import { imageStatuses } from '../src/index.ts'

/** The state machine of the Images API v2, "Image statuses", read from left to right. */
const specification = `
  queued          saving uploading importing active deleted
  saving          active queued deleted
  uploading       importing queued deleted
  importing       active deleted queued
  active          pending_delete deleted deactivated
  deactivated     active deleted
  killed          deleted
  pending_delete  deleted active
  deleted
`

const rows = specification
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))

describe('an image', () => {
  test.each(rows)('that is %s may become exactly what the specification says', (from, ...to) => {
    const status = imageStatuses.find((one) => one === from)
    if (status === undefined) throw new Error(`There is no status ${from}`)
    const next = imageStatuses.filter((one) => mayBecome(status, one))
    expect(next.toSorted()).toEqual(to.toSorted())
  })

  test('has no status of which the specification does not speak', () => {
    expect(rows.map(([from]) => from).toSorted()).toEqual([...imageStatuses].toSorted())
  })
})
