import { expect, test } from 'vitest'
import { errorMessage } from '../src/error-message.ts'

const sentence = 'No image found with ID 1 < 2'

test('the sentence of a JSON error is found without the line breaks of the HTML form', () => {
  const body = JSON.stringify({
    message: `Access was denied to this resource.<br /><br />\n${sentence}\n\n\n`,
    code: '403 Forbidden',
    title: 'Forbidden',
  })
  expect(errorMessage('application/json', body)).toBe(
    `Access was denied to this resource. ${sentence}`,
  )
})

test('the sentence of an HTML error is found without title, tags and escapes', () => {
  const body = `<html>
 <head><title>404 Not Found</title></head>
 <body><h1>404 Not Found</h1>
  No image found with ID 1 &lt; 2<br /><br />

 </body>
</html>`
  expect(errorMessage('text/html; charset=UTF-8', body)).toBe(sentence)
})

test('the sentence of a plain error is found without the status line', () => {
  const body = `404 Not Found\n\n${sentence}\n\n   `
  expect(errorMessage('text/plain; charset=UTF-8', body)).toBe(sentence)
})

test('the sentence of an Identity error is found inside "error"', () => {
  const body = JSON.stringify({ error: { message: sentence, code: 401, title: 'Unauthorized' } })
  expect(errorMessage('application/json', body)).toBe(sentence)
})

test('the sentence of a problem+json error is its detail', () => {
  const body = JSON.stringify({ title: 'Conflict', detail: sentence, status: 409 })
  expect(errorMessage('application/problem+json', body)).toBe(sentence)
})

test("a proxy's page without a sentence of its own gives its heading", () => {
  const body = '<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1></body></html>'
  expect(errorMessage('text/html', body)).toBe('502 Bad Gateway')
})

test('JSON that breaks off is shown as it came', () => {
  expect(errorMessage('application/json', '{"message": "No im')).toBe('{"message": "No im')
})

test('an empty body holds no sentence', () => {
  expect(errorMessage(null, '')).toBeUndefined()
  expect(errorMessage('text/html', '<html></html>')).toBeUndefined()
})
