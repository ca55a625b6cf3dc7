/** Answers held to what an API's OpenAPI document says of them: status, type, and all of the body. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { Answer } from './http-client.ts'
import type { ApiOperation } from './openapi-requests.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const checks = new WeakMap<object, ValidateFunction>()

export function expectAsDocumented(answer: Answer, { responses }: ApiOperation): void {
  expect(Object.keys(responses)).toContain(String(answer.status))
  for (const [type, { schema }] of Object.entries(responses[answer.status]?.content ?? {})) {
    expect(answer.headers['content-type']).toBe(type)
    if (type !== 'application/json') continue
    const check = checks.get(schema) ?? ajv.compile(schema)
    checks.set(schema, check)
    check(answer.body)
    expect(check.errors, answer.text).toBeNull()
  }
}
