/** How fast a project may ask: the promises of a bucket of tokens, for every way of asking. */
import { type Actor, RequestRate, TooManyError } from '@vitrine/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

describe('RequestRate', () => {
  test('lets a burst through, then one request per token that comes back', () => {
    const { ask, pass } = rated({ perSecond: 2, burst: 3 })
    expect([ask('a'), ask('a'), ask('a')]).toEqual(['served', 'served', 'served'])
    expect(ask('a')).toBe('again in 1 s')
    pass(499)
    expect(ask('a')).toBe('again in 1 s')
    pass(1)
    expect([ask('a'), ask('a')]).toEqual(['served', 'again in 1 s'])
    pass(60_000)
    expect([ask('a'), ask('a'), ask('a'), ask('a')].at(-1)).toBe('again in 1 s')
  })

  test('counts every project by itself, and whoever has none by the user', () => {
    const { ask } = rated({ perSecond: 1, burst: 1 })
    expect([ask('a'), ask('b'), ask('a')]).toEqual(['served', 'served', 'again in 1 s'])
    expect([ask(undefined, 'ann'), ask(undefined, 'bob')]).toEqual(['served', 'served'])
    expect(ask(undefined, 'ann')).toBe('again in 1 s')
  })

  test('says when to ask again, and then serves', () => {
    const { ask, pass } = rated({ perSecond: 1, burst: 1 })
    ask('a')
    pass(1)
    expect(ask('a')).toBe('again in 1 s')
    pass(1000)
    expect(ask('a')).toBe('served')
  })

  test('never serves more than the burst and what came back since, nor much less', () => {
    const rule = fc.record({
      perSecond: fc.integer({ min: 1, max: 500 }),
      burst: fc.integer({ min: 1, max: 50 }),
    })
    const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(rule, pauses, ({ perSecond, burst }, pausesMs) => {
        const { ask, pass } = rated({ perSecond, burst })
        let servedCount = 0
        let allMs = 0
        for (const pauseMs of pausesMs) {
          pass(pauseMs)
          allMs += pauseMs
          const served = ask('a') === 'served'
          servedCount += Number(served)
          expect(servedCount).toBeLessThanOrEqual(burst + (allMs * perSecond) / 1000 + 1e-6)
        }
        const slow = pausesMs.every((pauseMs) => pauseMs * perSecond >= 1000)
        if (slow) expect(servedCount).toBe(pausesMs.length)
      }),
    )
  })

  test('keeps serving when a hundred thousand projects have asked', () => {
    const { ask, pass } = rated({ perSecond: 1, burst: 1 })
    const answers = new Set<string>()
    for (let i = 0; i < 100_000; i++) {
      answers.add(ask(`project ${i}`))
      pass(1)
    }
    expect([...answers]).toEqual(['served'])
    expect(ask('project 99999')).toBe('again in 1 s')
    expect(ask('project 0')).toBe('served')
  })
})

function rated(rule: { perSecond: number; burst: number }) {
  let nowMs = 1_000_000
  const rate = new RequestRate(rule, () => nowMs)
  return {
    pass: (milliseconds: number) => {
      nowMs += milliseconds
    },
    ask: (projectId: string | undefined, userId = 'somebody') => {
      const actor: Actor = { userId, projectId, roles: new Set() }
      try {
        rate.take(actor)
        return 'served'
      } catch (error) {
        if (!(error instanceof TooManyError)) throw error
        return `again in ${error.retryAfterSeconds} s`
      }
    },
  }
}
