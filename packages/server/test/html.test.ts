/** The templates of pages: what comes in from outside stays text. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html, jsonScript } from '../src/html/html.ts'
import { renderPage } from '../src/html/page.ts'
import { Stylesheet } from '../src/html/stylesheet.ts'

test('no text becomes markup, between tags or in an attribute', () => {
  const hostile = `</title><script>alert(1)</script>" onload='x' &lt; \u0000`
  expect(String(html`<p title="${hostile}">${hostile}</p>`)).not.toMatch(
    /<script|" onload|'x'|&lt; /,
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [, inside] =
        /^<p title="([^"]*)">x<\/p>$/s.exec(String(html`<p title="${text}">x</p>`)) ?? []
      expect(inside).toBeDefined()
      expect(inside).not.toMatch(/[<>']/)
    }),
  )
})

test('what a template made is taken as it is, in lists too, and what is not there leaves nothing', () => {
  const items = ['a', '<'].map((one) => html`<li>${one}</li>`)
  expect(String(html`<ul>${items}${undefined}${false}${null}${0}</ul>`)).toBe(
    '<ul><li>a</li><li>&lt;</li>0</ul>',
  )
})

test('an object that says it is markup is text', () => {
  const forged: unknown = JSON.parse('{"markup":"<b>","toString":"<b>"}')
  expect(() => String(html`${Object(forged)}`)).toThrow(TypeError)
})

test('facts for programs cannot end their element, and read back as they were', () => {
  const facts = { name: '</script><script>alert(1)</script><!-- & \u2028' }
  const text = String(jsonScript(facts))
  expect(text.match(/<\/?script/g)).toHaveLength(2)
  const [, json = ''] = /^<script[^>]*>(.*)<\/script>$/.exec(text) ?? []
  expect(JSON.parse(json)).toEqual(facts)
  expect(json).not.toContain('<')
})

test('a page allows its own style by its hash, and is not indexed unless it says so', () => {
  const own = new Stylesheet('h1 { color: red }')
  const page = { title: 'A & B', main: html`<h1>Hello</h1>`, width: 'wide', style: own } as const
  const text = String(renderPage(page))
  expect(text).toContain('<title>A &amp; B</title>')
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  expect(own.source).toBe(`'sha256-${hash}'`)
  expect(text).toContain('content="noindex"')
  expect(String(renderPage({ ...page, indexed: true }))).not.toContain('noindex')
})
