/** Times as the Images API writes them, held against what JavaScript itself writes. */
import { assert, date, property } from 'fast-check'
import { expect, test } from 'vitest'
import { viewTime } from '../src/images-api/image-view.ts'

test('a time is what ISO 8601 says, cut to whole seconds, on whatever day the last one was', () => {
  assert(
    property(date({ noInvalidDate: true }), (time) => {
      const second = time.toISOString().replace(/\.\d{3}Z$/, 'Z')
      expect(viewTime(time)).toBe(second)
    }),
  )
})
