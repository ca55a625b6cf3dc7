/** Whether docs/configuration.md is true: it names all settings, and the defaults that are in force. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../src/index.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')
const table = page.split('\n\n').find((part) => part.startsWith('| setting |')) ?? ''

/** By name, how the default is written. One row may hold several: `web.a`, `b` are `web.a` and `web.b`. */
const documented = new Map(
  table
    .split('\n')
    .slice(2)
    .flatMap((row) => {
      const [names = '', fallback = ''] = row.replace(/^\| /, '').split(' | ')
      const [section] = names.match(/(?<=`)\w+(?=\.)/) ?? []
      return [...names.matchAll(/`(\w+\.)?(\w+)`/g)].map(([, stated, key]): [string, string] => [
        `${stated ?? (section === undefined ? '' : `${section}.`)}${key}`,
        fallback,
      ])
    }),
)

const inForce = new Map(
  readConfig({ environment: {} }).lines.map((line): [string, string] => {
    const [, name = '', value = ''] = /^(\S+) = (.*?)\s+# default$/.exec(line) ?? []
    return [name, value]
  }),
)

test('every setting has its place in the table, and nothing else stands there', () => {
  expect([...documented.keys()].toSorted()).toEqual([...inForce.keys()].toSorted())
})

test('a default that the table writes as one value is the one in force', () => {
  const actual = (name: string) => (inForce.get(name) ?? '').replaceAll('"', '')
  const written = [...documented].flatMap(([name, fallback]): [string, string][] => {
    const [, value] =
      /^`([\w.-]+)`$|^(−1)$/.exec(fallback)?.filter((one) => one !== undefined) ?? []
    // Some are told in words; some are what another setting says.
    if (value === undefined || actual(name) === '(none)') return []
    return [[name, inForce.has(value) ? actual(value) : value.replace('−', '-')]]
  })
  expect(written.length).toBeGreaterThan(50)
  expect(written).toEqual(written.map(([name]) => [name, actual(name)]))
})
