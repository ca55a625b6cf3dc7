import { expect, test } from 'vitest'
import { readOptions, UsageError } from './options.ts'

test('measures Vitrine on its embedded default where nothing else is named', () => {
  expect(readOptions([])).toMatchObject({ endpoints: [], vitrine: ['sqlite'] })
})

test('what stands behind an endpoint is about that endpoint', () => {
  const { endpoints, vitrine } = readOptions([
    ...['--endpoint', 'http://one:9292/v2', '--token', 'a', '--consumer-token', 'b'],
    ...['--endpoint', 'http://two:9292', '--name', 'glance', '--token', 'c'],
  ])
  expect(vitrine).toEqual([])
  expect(endpoints).toEqual([
    { url: 'http://one:9292', token: 'a', consumerToken: 'b', name: 'one:9292' },
    { url: 'http://two:9292', token: 'c', consumerToken: undefined, name: 'glance' },
  ])
})

test.each([
  [['--token', 'x'], '--token must stand behind an --endpoint'],
  [
    ['--endpoint', 'ftp://x', '--token', 'x'],
    '--endpoint is "ftp://x", and should be an address that begins with http:',
  ],
  [['--endpoint', 'http://x'], '--endpoint http://x needs a --token'],
  [['--seconds', 'soon'], '--seconds is "soon", and should be a number above 0'],
  [['--sideways'], "Unknown option '--sideways'"],
])('%j is refused: %s', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(new UsageError(sentence))
})
