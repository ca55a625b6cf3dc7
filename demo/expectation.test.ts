import { ForbiddenError, NotFoundError } from '@vitrine/sdk'
import { describe, expect, test } from 'vitest'
import { ExpectationError, expectRefusal, expectSame } from './expectation.ts'

const refusal = { message: 'No.', requestId: undefined, retryAfterMs: undefined }
const forbidden = new ForbiddenError({ ...refusal, status: 403 })

describe('expectSame()', () => {
  test('is content with equal values', () => {
    expectSame('the list', ['a'], ['a'])
  })

  test('says what was expected and what was found', () => {
    expect(() => expectSame('the list', ['a'], [])).toThrow(
      new ExpectationError('the list to be []', '["a"]'),
    )
  })
})

describe('expectRefusal()', () => {
  test('gives the refusal in short', async () => {
    expect(await expectRefusal(Promise.reject(forbidden), ForbiddenError)).toBe(
      '403 ForbiddenError',
    )
  })

  test('does not take one refusal for another', async () => {
    await expect(expectRefusal(Promise.reject(forbidden), NotFoundError)).rejects.toThrow(
      'Expected NotFoundError; found 403 ForbiddenError',
    )
  })

  test('says so when the call was allowed', async () => {
    await expect(expectRefusal(Promise.resolve(), ForbiddenError)).rejects.toThrow(
      'Expected ForbiddenError; found that it was allowed',
    )
  })

  test('says so when the call failed for another reason', async () => {
    const call = Promise.reject(new TypeError('fetch failed'))
    await expect(expectRefusal(call, ForbiddenError)).rejects.toThrow(
      'Expected ForbiddenError; found TypeError: fetch failed',
    )
  })
})
