import { UnavailableError } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { Passwords } from '../src/password.ts'
import { cheap } from './open-accounts.ts'

describe('Passwords', () => {
  test('match what they were hashed from, and nothing else', async () => {
    const passwords = new Passwords(cheap)
    const stored = await passwords.hash('pässword 🔑')
    expect(await passwords.matches('pässword 🔑', stored)).toBe(true)
    expect(await passwords.matches('password', stored)).toBe(false)
    expect(await passwords.matches('', stored)).toBe(false)
  })

  test('are hashed with a salt of their own, so equal ones look different', async () => {
    const passwords = new Passwords(cheap)
    expect(await passwords.hash('same')).not.toBe(await passwords.hash('same'))
  })

  test('still match when the cost has been raised since', async () => {
    const stored = await new Passwords(cheap).hash('old')
    expect(await new Passwords({ ...cheap, logN: 4 }).matches('old', stored)).toBe(true)
  })

  test('match nothing for a user that does not exist, in about the same time', async () => {
    const passwords = new Passwords({ logN: 14, blockSize: 8, parallelization: 1 })
    const stored = await passwords.hash('right')
    const known = await fastest(() => passwords.matches('wrong', stored))
    const unknown = await fastest(() => passwords.matches('wrong', null))
    expect(await passwords.matches('wrong', null)).toBe(false)
    expect(unknown / known).toBeGreaterThan(0.5)
    expect(unknown / known).toBeLessThan(2)
  })

  test('are refused, not queued without end, when a flood of them arrives', async () => {
    const passwords = new Passwords(cheap)
    const results = await Promise.allSettled(
      Array.from({ length: 300 }, () => passwords.hash('flood')),
    )
    const refusals = results.filter((result) => result.status === 'rejected')
    expect(refusals).toHaveLength(300 - 258)
    for (const { reason } of refusals) expect(reason).toBeInstanceOf(UnavailableError)
    await expect(passwords.hash('after')).resolves.toMatch(/^\$scrypt\$ln=1,r=1,p=1\$/)
  })
})

async function fastest(work: () => Promise<unknown>): Promise<number> {
  const timesMs: number[] = []
  for (let i = 0; i < 5; i++) {
    const start = performance.now()
    await work()
    timesMs.push(performance.now() - start)
  }
  return Math.min(...timesMs)
}
