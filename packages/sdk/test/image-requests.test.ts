import { describe, expect, expectTypeOf, test } from 'vitest'
import { createBody, patchOf } from '../src/image-requests.ts'
import type { Image, Images } from '../src/index.ts'

describe('createBody()', () => {
  test('writes core fields under the names of the API and properties as they are', () => {
    expect(
      createBody({
        name: 'debian',
        diskFormat: 'qcow2',
        container_format: 'bare',
        minDisk: 2,
        minRam: 512,
        hidden: true,
        tags: ['a'],
        ...{ os_distro: 'debian' },
      }),
    ).toEqual({
      name: 'debian',
      disk_format: 'qcow2',
      container_format: 'bare',
      min_disk: 2,
      min_ram: 512,
      os_hidden: true,
      tags: ['a'],
      os_distro: 'debian',
    })
  })

  test('leaves out what is undefined', () => {
    expect(createBody({ name: undefined, diskFormat: 'raw' })).toEqual({ disk_format: 'raw' })
  })

  test('keeps a property whose name is special to JavaScript', () => {
    const properties: Record<string, string> = JSON.parse('{"__proto__": "kept"}')
    expect(JSON.stringify(createBody({ properties }))).toBe('{"__proto__":"kept"}')
  })

  test('refuses a field that is given under both of its names', () => {
    expect(() => createBody({ diskFormat: 'raw', disk_format: 'qcow2' })).toThrow(
      new TypeError('Cannot set image field "disk_format": it is given twice'),
    )
  })
})

describe('patchOf()', () => {
  test('replaces core fields, adds properties, and removes those that are null', () => {
    const changes = { name: 'new', os_distro: 'debian', old_property: null }
    expect(patchOf(changes)).toEqual([
      { op: 'replace', path: '/name', value: 'new' },
      { op: 'add', path: '/os_distro', value: 'debian' },
      { op: 'remove', path: '/old_property' },
    ])
  })

  test('empties a core field that is null', () => {
    expect(patchOf({ name: null })).toEqual([{ op: 'replace', path: '/name', value: null }])
  })

  test('escapes ~ and / in the names of properties', () => {
    expect(patchOf({ properties: { 'a~/b': 'x', '~1': null } })).toEqual([
      { op: 'add', path: '/a~0~1b', value: 'x' },
      { op: 'remove', path: '/~01' },
    ])
  })

  test('takes every name inside "properties" as a custom property', () => {
    expect(patchOf({ properties: { hidden: 'no field' } })).toEqual([
      { op: 'add', path: '/hidden', value: 'no field' },
    ])
  })
})

test('a misspelt or ill-typed field does not compile', () => {
  // Never called: what counts is that the compiler expects these errors.
  const _compiles = async (images: Images, image: Image) => {
    await image.update({ name: 'new', os_distro: 'debian', old_property: null })
    await image.update({ visibility: 'private', minDisk: 1, tags: ['a'] })
    await images.create({ id: 'x', name: 'new', diskFormat: 'raw', os_distro: 'debian' })
    // @ts-expect-error a custom property is a string, so this is a misspelt minDisk
    await image.update({ minDsk: 5 })
    // @ts-expect-error no such visibility
    await image.update({ visibility: 'secret' })
    // @ts-expect-error an id is given only once, at the beginning
    await image.update({ id: 5 })
    expectTypeOf(await images.find('debian')).toEqualTypeOf<Image | undefined>()
  }
  expect(_compiles).toBeTypeOf('function')
})
