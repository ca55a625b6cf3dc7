import { expect, test } from 'vitest'
import { argumentsOf } from './terminal.ts'

const split = (words: TemplateStringsArray, ...values: readonly string[]) =>
  argumentsOf(words, values)

test('spaces part words, and values are never parted', () => {
  expect(split`openstack image show ${'a b'} -f json`).toEqual([
    'openstack',
    'image',
    'show',
    'a b',
    '-f',
    'json',
  ])
})

test('a value may be a part of a word', () => {
  expect(split`--property os_distro=${'my own'} x`).toEqual(['--property', 'os_distro=my own', 'x'])
})
