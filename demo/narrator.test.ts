import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { ExpectationError } from './expectation.ts'
import { Narrator, type Screen, StepError } from './narrator.ts'

test('a step is one line: a tick, its number, what was done, what came of it, the time', async () => {
  const { told, written } = narratorOn(new PassThrough())
  await told.step('accepts the share', async (say) => say('accepted'))
  expect(written()).toMatch(/^ ✓ {2}1 {2}accepts the share {17}accepted {21} +\d+ ms\n$/)
})

test('without a terminal only what was said last is written', async () => {
  const { told, written } = narratorOn(new PassThrough())
  await told.step('uploads', async (say) => {
    say('50 %')
    say('active')
  })
  expect(written()).not.toContain('50 %')
  expect(written()).not.toContain('\x1b')
  expect(written().split('\n')).toHaveLength(2)
})

test('on a terminal the line is there while the step is under way', async () => {
  const { told, written } = narratorOn(Object.assign(new PassThrough(), { isTTY: true }))
  await told.step('uploads', async (say) => {
    say('50 %')
    expect(written()).toContain('50 %')
    expect(written()).not.toContain('\n')
  })
  expect(written()).toContain('\n')
})

test('step() gives what the work gave', async () => {
  const { told } = narratorOn(new PassThrough())
  expect(await told.step('counts', async () => 7)).toBe(7)
})

test('a step that goes otherwise is crossed, and rejects with what was expected and found', async () => {
  const { told, written } = narratorOn(new PassThrough())
  const step = told.step('lists', async () => {
    throw new ExpectationError('the list to be []', '["a"]')
  })
  await expect(step).rejects.toThrow(
    new StepError('Step 1, "lists", went otherwise. Expected the list to be []; found ["a"]'),
  )
  expect(written()).toMatch(/^ ✗ {2}1 {2}lists/)
})

test('a step that fails rejects with why', async () => {
  const { told } = narratorOn(new PassThrough())
  const step = told.step('lists', () => Promise.reject(new Error('no network')))
  await expect(step).rejects.toThrow('Expected it to succeed; found Error: no network')
})

test('a skipped step has a number and says why it was skipped', () => {
  const { told, written } = narratorOn(new PassThrough())
  told.skip('boots', 'no QEMU')
  expect(written()).toMatch(/^ - {2}1 {2}boots +skipped: no QEMU *\n$/)
  expect(told.steps).toBe(1)
})

test('fallSilent() silences also the steps that are under way', async () => {
  const { told, written } = narratorOn(new PassThrough())
  await told.step('uploads', async () => told.fallSilent())
  expect(written()).toBe('')
})

function narratorOn(screen: PassThrough & Screen) {
  const chunks: string[] = []
  screen.on('data', (chunk) => chunks.push(String(chunk)))
  return { told: new Narrator(screen), written: () => chunks.join('') }
}
