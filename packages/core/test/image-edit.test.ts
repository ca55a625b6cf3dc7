import { someImage } from '@vitrine/conformance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEdits, type ImageEdit } from '../src/image-edit.ts'
import {
  ConflictError,
  defaultLimits,
  ForbiddenError,
  type Image,
  imageStatuses,
  type Limits,
  PropertyProtections,
  TooLargeError,
} from '../src/index.ts'

const image = someImage({
  name: 'old',
  diskFormat: 'raw',
  tags: ['kept'],
  properties: new Map([['os_distro', 'debian']]),
})

const producer = { userId: 'ada', projectId: 'producer', roles: new Set(['member', 'reader']) }
const rules = (limits: Limits = defaultLimits) => ({
  limits,
  protections: new PropertyProtections(),
  applyLocationEdit: (image: Image) => image,
  actor: producer,
})
const apply = (...edits: ImageEdit[]) => applyEdits(image, edits, rules())
const put = (name: string, value: string | null): ImageEdit => ({
  kind: 'put-property',
  name,
  value,
})

describe('an edit of fields', () => {
  test('changes those fields and no other', () => {
    const edited = apply({ kind: 'set-fields', fields: { name: 'new', hidden: true } })
    expect(edited).toEqual({ ...image, name: 'new', hidden: true })
  })

  test('keeps a tag once that is given twice', () => {
    const { tags } = apply({ kind: 'set-fields', fields: { tags: ['a', 'b', 'a', ''] } })
    expect(tags).toEqual(['a', 'b', ''])
  })

  test('refuses more tags than the limit, counted before those given twice are dropped', () => {
    const tags = Array.from({ length: 129 }, () => 'same')
    expect(() => apply({ kind: 'set-fields', fields: { tags } })).toThrow(TooLargeError)
    expect(apply({ kind: 'set-fields', fields: { tags: tags.slice(1) } }).tags).toEqual(['same'])
  })

  test.each(imageStatuses)(
    'changes the formats of a %s image only while they are a plan',
    (status) => {
      const edited = { ...image, status }
      for (const fields of [{ diskFormat: 'qcow2' }, { containerFormat: null }]) {
        const edit = () => applyEdits(edited, [{ kind: 'set-fields', fields }], rules())
        if (status === 'queued' || status === 'importing') expect(edit()).toMatchObject(fields)
        else expect(edit).toThrow(ForbiddenError)
      }
    },
  )

  test('refuses to add what every image has, and to remove it', () => {
    expect(() => apply({ kind: 'add-field', name: 'name' })).toThrow(ConflictError)
    expect(() => apply({ kind: 'remove-field', name: 'name' })).toThrow(ForbiddenError)
  })
})

describe('an edit of properties', () => {
  test.each([
    ['put-property', 'os_distro', 'ubuntu'],
    ['put-property', 'new', 'ubuntu'],
    ['add-property', 'new', 'ubuntu'],
    ['replace-property', 'os_distro', 'ubuntu'],
  ] as const)('%s of %s keeps the value', (kind, name, value) => {
    expect(apply({ kind, name, value }).properties.get(name)).toBe(value)
  })

  test.each([
    { kind: 'add-property', name: 'os_distro', value: 'x' },
    { kind: 'replace-property', name: 'missing', value: 'x' },
    { kind: 'remove-property', name: 'missing' },
  ] as const)('$kind of $name conflicts with what is there', (edit) => {
    expect(() => apply(edit)).toThrow(ConflictError)
  })

  test.each(['__proto__', 'constructor', 'toString', ''])(
    'takes the name %j as any other',
    (name) => {
      expect(() => apply({ kind: 'remove-property', name })).toThrow(ConflictError)
      expect(apply(put(name, 'kept')).properties).toEqual(
        new Map([
          ['os_distro', 'debian'],
          [name, 'kept'],
        ]),
      )
    },
  )

  test('sees what the edits before it did', () => {
    const edited = apply(
      { kind: 'remove-property', name: 'os_distro' },
      { kind: 'add-property', name: 'os_distro', value: 'alpine' },
      { kind: 'replace-property', name: 'os_distro', value: 'arch' },
    )
    expect(edited.properties).toEqual(new Map([['os_distro', 'arch']]))
  })

  test('holds the limit for what is kept in the end, not for what was there on the way', () => {
    const full = new Map(Array.from({ length: 128 }, (_, i) => [`p${i}`, 'x']))
    const fullImage = { ...image, properties: full }
    const swap: ImageEdit[] = [put('one more', 'x'), { kind: 'remove-property', name: 'p0' }]
    expect(applyEdits(fullImage, swap, rules()).properties.size).toBe(128)
    expect(() => applyEdits(fullImage, [put('one more', 'x')], rules())).toThrow(TooLargeError)
  })

  test('lets an image over a lowered limit change, as long as it does not grow', () => {
    const limits = { ...defaultLimits, propertiesPerImage: 0 }
    const { properties } = applyEdits(image, [put('os_distro', 'arch')], rules(limits))
    expect(properties).toEqual(new Map([['os_distro', 'arch']]))
    expect(() => applyEdits(image, [put('more', 'x')], rules(limits))).toThrow(TooLargeError)
  })

  test('are refused at once when there are as many as fit into a body', () => {
    const many = Array.from({ length: 25_000 }, (_, i) => put(`p${i}`, ''))
    const before = process.cpuUsage()
    expect(() => applyEdits(image, many, rules())).toThrow(TooLargeError)
    const { user, system } = process.cpuUsage(before)
    // Minutes, where each edit copies what the ones before it have added.
    expect((user + system) / 1000).toBeLessThan(2000)
  })

  test('leaves the image it was given as it was, whether it succeeds or not', () => {
    const name = fc.constantFrom('os_distro', 'a', 'b')
    const edit: fc.Arbitrary<ImageEdit> = fc.oneof(
      fc.record({
        kind: fc.constantFrom('put-property', 'add-property', 'replace-property'),
        name,
        value: fc.string(),
      }),
      fc.record({ kind: fc.constant('remove-property' as const), name }),
      fc.record({
        kind: fc.constant('set-fields' as const),
        fields: fc.record({ name: fc.string(), tags: fc.array(fc.string()) }),
      }),
    )
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const before = structuredClone(image)
        try {
          applyEdits(image, edits, rules())
        } catch (error) {
          expect(error).toBeInstanceOf(ConflictError)
        }
        expect(image).toEqual(before)
      }),
    )
  })
})
