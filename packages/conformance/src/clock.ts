/** Every promise that `Clock` makes, as tests. */
import type { Clock } from '@vitrine/core'
import { describe, expect, test } from 'vitest'

/** @param makeClock a clock, and the time in milliseconds since 1970 that it should tell now. */
export function describeClock(name: string, makeClock: () => { clock: Clock; nowMs(): number }) {
  describe(`${name} keeps the promises of Clock`, () => {
    test('now() tells the time to within a second', () => {
      const { clock, nowMs } = makeClock()
      expect(Math.abs(clock.now().getTime() - nowMs())).toBeLessThan(1000)
    })

    test('now() gives a date of its own, which may be changed without changing the time', () => {
      const { clock, nowMs } = makeClock()
      clock.now().setTime(0)
      expect(Math.abs(clock.now().getTime() - nowMs())).toBeLessThan(1000)
    })
  })
}
