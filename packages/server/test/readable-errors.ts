/**
 * Errors as clients read them: glanceclient out of HTML, since it fails on JSON under any type;
 * gophercloud and openstacksdk out of JSON; keystoneauth out of Keystone's form.
 */
import { expect } from 'vitest'
import type { Answer } from './http-client.ts'

/** What `Accept` asks for, and the form that errors then have. */
export const formsByAccept = {
  '': 'text',
  'text/plain': 'text',
  '*/*': 'html',
  'application/json, text/plain, */*': 'html',
  'application/json': 'json',
  'application/json, text/plain': 'json',
} as const
export type Accept = keyof typeof formsByAccept
export const accepts: readonly Accept[] = [
  '',
  'text/plain',
  '*/*',
  'application/json, text/plain, */*',
  'application/json',
  'application/json, text/plain',
]

/** What nobody but the operator should read: stack traces, SQL, paths of our files. */
const insides = /\bat .+\.[jt]s:\d+|node_modules|SQLITE_|\bselect .+ from images\b|packages\//i

export function expectImagesError({ status, headers, text, body }: Answer, accept: Accept): void {
  const type = headers['content-type']
  switch (formsByAccept[accept]) {
    case 'json':
      expect(type).toBe('application/json')
      expect(Object.keys(body)).toEqual(['message', 'code', 'title'])
      for (const value of Object.values(body)) expect(value).toBeTypeOf('string')
      expect(body.code).toBe(`${status} ${body.title}`)
      break
    case 'html':
      expect(type).toBe('text/html; charset=UTF-8')
      expect(text).toMatch(new RegExp(`<title>${status} [^<]+</title>[^]*<h1>${status} `))
      expect(text).not.toContain('<script')
      break
    case 'text':
      expect(type).toBe('text/plain; charset=UTF-8')
      expect(text).toMatch(new RegExp(`^${status} .+\n\n.+\n\n`, 's'))
  }
  expect(text).not.toMatch(insides)
}

export function expectKeystoneError({ status, headers, text, body }: Answer): void {
  expect(headers['content-type']).toMatch(/^application\/json/)
  expect(body?.error, text).toEqual({
    code: status,
    message: expect.any(String),
    title: expect.any(String),
  })
  expect(text).not.toMatch(insides)
}

/** Source: RFC 9457. */
export function expectProblem({ status, headers, text, body }: Answer): void {
  expect(headers['content-type']).toBe('application/problem+json')
  expect(body, text).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.stringMatching(/\S/),
    code: expect.any(String),
  })
  expect(status).toBeLessThan(500)
  expect(text).not.toMatch(insides)
}
