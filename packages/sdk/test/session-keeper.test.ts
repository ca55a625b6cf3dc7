import { expect, test } from 'vitest'
import type { Session } from '../src/session.ts'
import { SessionKeeper } from '../src/session-keeper.ts'

/** Hands out t1, t2, …, each good for `lifeMs` by a clock that the test holds. */
function identity(lifeMs = 3_600_000) {
  const clock = { nowMs: 0 }
  let logins = 0
  const authenticate = async (): Promise<Session> => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    logins += 1
    return { token: `t${logins}`, expiresAt: new Date(clock.nowMs + lifeMs) }
  }
  return { clock, keeper: new SessionKeeper(authenticate, () => clock.nowMs) }
}

test('many calls at once log in once', async () => {
  const { keeper } = identity()
  const sessions = await Promise.all(Array.from({ length: 20 }, () => keeper.current()))
  expect(new Set(sessions.map(({ token }) => token))).toEqual(new Set(['t1']))
})

test('many calls whose token is refused at once renew it once', async () => {
  const { keeper } = identity()
  const refused = await keeper.current()
  const renewed = await Promise.all(Array.from({ length: 20 }, () => keeper.instead(refused)))
  expect(new Set(renewed.map(({ token }) => token))).toEqual(new Set(['t2']))
})

test('a call whose token is refused late takes the one that was renewed meanwhile', async () => {
  const { keeper } = identity()
  const refused = await keeper.current()
  await keeper.instead(refused)
  expect((await keeper.instead(refused)).token).toBe('t2')
})

test('a token is renewed a minute before it expires', async () => {
  const { clock, keeper } = identity(3_600_000)
  await keeper.current()
  clock.nowMs = 3_539_999
  expect((await keeper.current()).token).toBe('t1')
  clock.nowMs = 3_540_000
  expect((await keeper.current()).token).toBe('t2')
})

test('a token that lives for less than two minutes is used for half its life', async () => {
  const { clock, keeper } = identity(10_000)
  await keeper.current()
  clock.nowMs = 4999
  expect((await keeper.current()).token).toBe('t1')
  clock.nowMs = 5000
  expect((await keeper.current()).token).toBe('t2')
})

test('a login that fails rejects the calls that wait for it, and the next call tries again', async () => {
  const attempts = [
    () => Promise.reject(new Error('identity is down')),
    () => Promise.resolve({ token: 't' }),
  ]
  const keeper = new SessionKeeper(async () => attempts.shift()?.() ?? { token: 'too many' })
  const waiting = [keeper.current(), keeper.current()]
  for (const call of waiting) await expect(call).rejects.toThrow('identity is down')
  expect((await keeper.current()).token).toBe('t')
})

test('an abort ends the wait of one call and not the login that others wait for', async () => {
  const { keeper } = identity()
  const leaving = new Error('the user left')
  const [left, stayed] = await Promise.allSettled([
    keeper.current(AbortSignal.abort(leaving)),
    keeper.current(),
  ])
  expect(left).toMatchObject({ status: 'rejected', reason: leaving })
  expect(stayed).toMatchObject({ status: 'fulfilled', value: { token: 't1' } })
})
