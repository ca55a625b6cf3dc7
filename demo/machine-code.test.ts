import { expect, test } from 'vitest'
import { assemble, code, jump, place, withAddress } from './machine-code.ts'

test('jumps go from their own end to their place, backwards and forwards', () => {
  const bytes = assemble(
    [
      place('top'),
      code('nop', 0x90),
      jump('jz end', 0x74, 'end'),
      jump('jmp top', 0xeb, 'top'),
      place('end'),
    ],
    0,
  )
  expect([...bytes]).toEqual([0x90, 0x74, 2, 0xeb, 0xfb])
})

test('an address counts from where the code is loaded, low byte first', () => {
  const bytes = assemble([withAddress('mov si, text', 0xbe, 'text'), place('text')], 0x7c00)
  expect([...bytes]).toEqual([0xbe, 0x03, 0x7c])
})

test('a place that does not exist is refused by its name', () => {
  expect(() => assemble([jump('jmp away', 0xeb, 'away')], 0)).toThrow('there is no place "away"')
})

test('a near jump that would have to go too far is refused', () => {
  const far = [jump('jmp end', 0xeb, 'end'), code('data', ...Array(128).fill(0)), place('end')]
  expect(() => assemble(far, 0)).toThrow('a near jump cannot go 128 bytes')
})
