import { expect, test } from 'vitest'
import { readOptions, UsageError } from './options.ts'

test('everything is tested, unless it is said what', () => {
  expect(readOptions([])).toEqual({
    what: 'kills',
    kills: 100,
    processes: 1,
    clients: 1000,
    databases: ['sqlite', 'postgres'],
    stores: ['files', 's3'],
  })
  expect(readOptions(['floods', '--store', 's3', '--clients', '20'])).toMatchObject({
    what: 'floods',
    clients: 20,
    stores: ['s3'],
  })
  expect(readOptions(['-h'])).toMatchObject({ what: 'help' })
})

test.each([
  [['storms'], 'There is no test "storms": there are kills and floods'],
  [['kills', '--kills', 'many'], '--kills is "many", and should be a number from 1 on'],
  [['--store', 'files,tape'], '--store has "tape", and should be of files and s3'],
  [['--flood'], "Unknown option '--flood'"],
])('%j is refused, with what there is', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError)
  expect(() => readOptions(args)).toThrow(message)
})
